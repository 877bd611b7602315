"""@sentry/node: https://www.npmjs.com/package/@sentry/node."""

from patcher.rule import Package

PACKAGE = Package(name="@sentry/node")
