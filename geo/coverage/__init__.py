"""Polygon coverages: harmonised, fitted, generalised, measured; lines noded and merged."""
