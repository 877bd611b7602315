"""gcp-metadata: https://www.npmjs.com/package/gcp-metadata."""

from patcher.rule import Package

PACKAGE = Package(name="gcp-metadata")
