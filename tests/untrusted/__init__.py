"""What comes from outside may lie: manifests, receipts, names, rules, ledgers and heap snapshots."""
