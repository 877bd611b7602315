"""pg-pool: https://www.npmjs.com/package/pg-pool."""

from patcher.rule import Package

PACKAGE = Package(name="pg-pool")
