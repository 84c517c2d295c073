"""Suitable ground for each purpose, and the check by existing zones."""
