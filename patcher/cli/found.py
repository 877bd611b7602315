"""What the commands say when a project has no copy that they could work on."""

NO_COPY = "no copy of a package that nextfix has rules for"
