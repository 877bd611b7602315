"""h3: https://www.npmjs.com/package/h3."""

from patcher.rule import Package

PACKAGE = Package(name="h3")
