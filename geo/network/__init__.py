"""Networks that pass a border only at crossings, the ground beside them, and the ways over both."""
