"""better-auth: https://www.npmjs.com/package/better-auth."""

from patcher.rule import Package

PACKAGE = Package(name="better-auth")
