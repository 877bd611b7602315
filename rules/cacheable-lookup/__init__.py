"""cacheable-lookup: https://www.npmjs.com/package/cacheable-lookup."""

from patcher.rule import Package

PACKAGE = Package(name="cacheable-lookup")
