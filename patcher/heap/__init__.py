"""V8 heap snapshots: what keeps a request alive."""

import os

# Before numpy is imported: its BLAS would start a thread a core and let them spin, and no matrix is multiplied here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from patcher.heap.blame.groups import count
from patcher.heap.compare import compare
from patcher.heap.counted.select import REQUESTS
from patcher.heap.records import HeapReport, Instance, SlotGroup, SnapshotComparison, Step

__all__ = [
    "REQUESTS",
    "HeapReport",
    "Instance",
    "SlotGroup",
    "SnapshotComparison",
    "Step",
    "compare",
    "count",
]
