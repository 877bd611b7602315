"""What a command means, without its options and its printing."""
