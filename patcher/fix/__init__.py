"""Safe rewrites of what the general analysis finds in one's own source; anything unsafe is refused with a reason."""
