"""The only code that changes files, and what it needs to do so safely."""
