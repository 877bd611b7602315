"""firebase-admin: https://www.npmjs.com/package/firebase-admin."""

from patcher.rule import Package

PACKAGE = Package(name="firebase-admin")
