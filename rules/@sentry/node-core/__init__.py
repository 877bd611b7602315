"""@sentry/node-core: https://www.npmjs.com/package/@sentry/node-core."""

from patcher.rule import Package

PACKAGE = Package(name="@sentry/node-core")
