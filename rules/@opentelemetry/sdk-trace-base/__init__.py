"""@opentelemetry/sdk-trace-base: https://www.npmjs.com/package/@opentelemetry/sdk-trace-base."""

from patcher.rule import Package

PACKAGE = Package(name="@opentelemetry/sdk-trace-base")
