"""oauth4webapi: https://www.npmjs.com/package/oauth4webapi."""

from patcher.rule import Package

PACKAGE = Package(name="oauth4webapi")
