"""@smithy/core: https://www.npmjs.com/package/@smithy/core."""

from patcher.rule import Package

PACKAGE = Package(name="@smithy/core")
