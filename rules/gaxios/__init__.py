"""gaxios: https://www.npmjs.com/package/gaxios."""

from patcher.rule import Package

PACKAGE = Package(name="gaxios")
