"""dataloader: https://www.npmjs.com/package/dataloader."""

from patcher.rule import Package

PACKAGE = Package(name="dataloader")
