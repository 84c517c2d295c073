"""The build: steps, what they depend on, and how the atlas is replaced."""
