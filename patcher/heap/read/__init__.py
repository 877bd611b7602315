"""Reading a V8 heap snapshot into arrays."""
