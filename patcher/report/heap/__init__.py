"""The results of heap as text, JSON and HTML."""
