"""rules/ and patches/ as Rule, Family and Ledger."""
