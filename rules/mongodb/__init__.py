"""mongodb: https://www.npmjs.com/package/mongodb."""

from patcher.rule import Package

PACKAGE = Package(name="mongodb")
