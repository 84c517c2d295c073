"""Layers dressed for QGIS: titles, aliases, styles."""
