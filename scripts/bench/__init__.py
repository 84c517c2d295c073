"""The benchmark: contenders side by side."""
