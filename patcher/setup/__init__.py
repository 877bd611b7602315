"""Wire nextfix into a project: package.json, CI and pre-commit."""
