"""rules/ and patches/ as Rule and Ledger."""
