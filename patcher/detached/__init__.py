"""The detached rewrite: what is kept is made in the root, where no request is, and everything else stays as it is."""
