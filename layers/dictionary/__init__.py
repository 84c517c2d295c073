"""Code lists: units, terms, indicators, sources, and how they are spelled."""
