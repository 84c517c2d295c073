"""The map of cooperation intensity."""
