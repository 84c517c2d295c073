"""Elements of the programme among their alternatives."""
