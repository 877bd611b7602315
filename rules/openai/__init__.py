"""openai: https://www.npmjs.com/package/openai."""

from patcher.rule import Package

PACKAGE = Package(name="openai")
