"""@nestjs/terminus: https://www.npmjs.com/package/@nestjs/terminus."""

from patcher.rule import Package

PACKAGE = Package(name="@nestjs/terminus")
