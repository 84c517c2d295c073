"""Base layers: boundaries, transport, settlements, background, cooperation, facts."""
