"""Certify releases: run every rule and style on a release under Node, and record the result in the ledger."""
