"""mysql2: https://www.npmjs.com/package/mysql2."""

from patcher.rule import Package

PACKAGE = Package(name="mysql2")
