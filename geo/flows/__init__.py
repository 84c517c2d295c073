"""Gravity, as potential and calibrated on flows, and accessibility; contiguity and autocorrelation."""
