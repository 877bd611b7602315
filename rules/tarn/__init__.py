"""tarn: https://www.npmjs.com/package/tarn."""

from patcher.rule import Package

PACKAGE = Package(name="tarn")
