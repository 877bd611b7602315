"""@redis/client: https://www.npmjs.com/package/@redis/client."""

from patcher.rule import Package

PACKAGE = Package(name="@redis/client")
