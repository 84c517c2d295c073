"""Gravity and accessibility; contiguity and autocorrelation."""
