"""Kysely: https://www.npmjs.com/package/kysely."""

from patcher.rule import Package

PACKAGE = Package(name="kysely")
