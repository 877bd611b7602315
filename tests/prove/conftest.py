"""What the tests of the experiment share with those of the heap."""

from tests.heap.conftest import node

__all__ = ["node"]
