"""V8 heap snapshots: what keeps a request alive."""

from patcher.heap.compare import compare
from patcher.heap.groups import count
from patcher.heap.model import Comparison, HeapReport, Instance, SlotGroup, Step

__all__ = ["Comparison", "HeapReport", "Instance", "SlotGroup", "Step", "compare", "count"]
