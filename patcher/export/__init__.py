"""The same change as a package manager's own patch."""
