"""Suitability of cells for a purpose; exact location of centres."""
