"""bottleneck: https://www.npmjs.com/package/bottleneck."""

from patcher.rule import Package

PACKAGE = Package(name="bottleneck")
