"""Indicators and weights, normalised and composed; ranks under other weights and methods."""
