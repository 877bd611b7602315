"""@anthropic-ai/sdk: https://www.npmjs.com/package/@anthropic-ai/sdk."""

from patcher.rule import Package

PACKAGE = Package(name="@anthropic-ai/sdk")
