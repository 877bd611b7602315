"""The results of prove as text tables and as one HTML file."""
