"""The experiment: a real server, its load, and what its heap keeps."""
