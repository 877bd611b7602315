"""Google's authentication library: https://www.npmjs.com/package/google-auth-library."""

from patcher.rule import Package

PACKAGE = Package(name="google-auth-library")
