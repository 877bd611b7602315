"""@smithy/shared-ini-file-loader: https://www.npmjs.com/package/@smithy/shared-ini-file-loader."""

from patcher.rule import Package

PACKAGE = Package(name="@smithy/shared-ini-file-loader")
