"""@smithy/node-http-handler: https://www.npmjs.com/package/@smithy/node-http-handler."""

from patcher.rule import Package

PACKAGE = Package(name="@smithy/node-http-handler")
