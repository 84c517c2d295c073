"""Programs named by verb, and the ``borderzone`` command that gathers them."""
