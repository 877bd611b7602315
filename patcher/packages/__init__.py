"""Installed packages: where the copies are, and which release each one is."""
