"""Which parts of a file are worth a tree: filters on bytes, before anything is parsed."""
