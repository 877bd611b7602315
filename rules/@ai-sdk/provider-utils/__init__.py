"""@ai-sdk/provider-utils: https://www.npmjs.com/package/@ai-sdk/provider-utils."""

from patcher.rule import Package

PACKAGE = Package(name="@ai-sdk/provider-utils")
