"""source-map: https://www.npmjs.com/package/source-map."""

from patcher.rule import Package

PACKAGE = Package(name="source-map")
