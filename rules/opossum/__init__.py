"""Opossum, a circuit breaker: https://www.npmjs.com/package/opossum."""

from patcher.rule import Package

PACKAGE = Package(name="opossum")
