"""Raw sources to the embedded snapshot; each topic writes its files into one folder."""
