"""Installed packages, package managers and the npm registry."""
