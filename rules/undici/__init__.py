"""undici: https://www.npmjs.com/package/undici."""

from patcher.rule import Package

PACKAGE = Package(name="undici")
