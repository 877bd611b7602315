"""@aws/lambda-invoke-store: https://www.npmjs.com/package/@aws/lambda-invoke-store."""

from patcher.rule import Package

PACKAGE = Package(name="@aws/lambda-invoke-store")
