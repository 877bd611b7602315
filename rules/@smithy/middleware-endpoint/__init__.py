"""@smithy/middleware-endpoint: https://www.npmjs.com/package/@smithy/middleware-endpoint."""

from patcher.rule import Package

PACKAGE = Package(name="@smithy/middleware-endpoint")
