"""Which data exist and what they mean: study area, sources, base and derived layers, storage."""
