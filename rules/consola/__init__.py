"""consola: https://www.npmjs.com/package/consola."""

from patcher.rule import Package

PACKAGE = Package(name="consola")
