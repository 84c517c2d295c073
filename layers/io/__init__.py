"""How things are read, checked and stored."""
