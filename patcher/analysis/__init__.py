"""The general analysis: slots, promises, lifetimes, settlement."""
