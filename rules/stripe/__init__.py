"""stripe: https://www.npmjs.com/package/stripe."""

from patcher.rule import Package

PACKAGE = Package(name="stripe")
