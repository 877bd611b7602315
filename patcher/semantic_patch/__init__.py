"""Semantic patches: find code by structure, write other code in its place."""
