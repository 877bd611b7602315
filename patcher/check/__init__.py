"""What the command check means: which files are read, what counts as a finding, what fails."""
