"""@opentelemetry/sdk-trace: https://www.npmjs.com/package/@opentelemetry/sdk-trace."""

from patcher.rule import Package

PACKAGE = Package(name="@opentelemetry/sdk-trace")
