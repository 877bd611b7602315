"""Many files: listed, read, analysed by several processes and remembered."""
