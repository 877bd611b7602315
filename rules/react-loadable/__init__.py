"""react-loadable: https://www.npmjs.com/package/react-loadable."""

from patcher.rule import Package

PACKAGE = Package(name="react-loadable")
