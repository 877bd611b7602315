"""The command line in the process of the tests, as the tests of the commands run it."""

from tests.cli.conftest import run

__all__ = ["run"]
