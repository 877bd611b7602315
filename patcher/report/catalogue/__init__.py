"""Rules and releases for people."""
