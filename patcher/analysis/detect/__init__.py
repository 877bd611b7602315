"""The detectors: which family a store belongs to, or none."""
