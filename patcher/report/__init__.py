"""Findings and plans as text, JSON, SARIF and other formats."""
