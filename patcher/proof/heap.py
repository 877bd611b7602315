"""From running servers to the requests in their heaps and the slots that keep them."""

from dataclasses import dataclass

from patcher.proof.result import Slot
from patcher.proof.stage import Stage
from patcher.proof.watch import Watcher


@dataclass(frozen=True)
class Kept:
    """The urls of the requests that are kept, one each, and the slots that keep them."""

    urls: list[str]
    slots: tuple[Slot, ...]


def kept_requests(stage: Stage, inspectors: list[str]) -> Kept:
    urls = []
    for address in inspectors:
        with Watcher(address) as watcher:
            urls += watcher.look().urls
    return Kept(urls, ())
