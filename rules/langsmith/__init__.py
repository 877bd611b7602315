"""langsmith: https://www.npmjs.com/package/langsmith."""

from patcher.rule import Package

PACKAGE = Package(name="langsmith")
