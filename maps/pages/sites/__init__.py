"""The map of candidate sites."""
