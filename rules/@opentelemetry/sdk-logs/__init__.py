"""@opentelemetry/sdk-logs: https://www.npmjs.com/package/@opentelemetry/sdk-logs."""

from patcher.rule import Package

PACKAGE = Package(name="@opentelemetry/sdk-logs")
