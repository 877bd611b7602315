"""What a parsed file says: scopes, slots, stores, promises, lifetimes and settlement."""
