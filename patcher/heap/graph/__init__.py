"""The graph of a snapshot: strong references, reachability, retained sizes."""
