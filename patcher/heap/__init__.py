"""V8 heap snapshots: what keeps a request alive."""
