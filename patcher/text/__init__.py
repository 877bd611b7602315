"""Bytes as text: newlines, indentation, edits, what a terminal may be shown."""
