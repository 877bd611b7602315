"""Findings as text, JSON, SARIF, GitHub commands and JUnit."""
