"""@sentry/core: https://www.npmjs.com/package/@sentry/core."""

from patcher.rule import Package

PACKAGE = Package(name="@sentry/core")
