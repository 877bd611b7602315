"""@better-auth/core: https://www.npmjs.com/package/@better-auth/core."""

from patcher.rule import Package

PACKAGE = Package(name="@better-auth/core")
