"""`nextfix heap` as one JSON object."""

import json
from dataclasses import asdict
from typing import Any

import patcher
from patcher.heap import HeapReport, Instance, SlotGroup, SnapshotComparison
from patcher.report.heap.heap_words import fix_command


def render(result: HeapReport | SnapshotComparison) -> str:
    """The report or the comparison as JSON text in ASCII, ended by a newline.

    A report has `class` (null for everything that stands for a request), `counted` (the live objects of each
    class), `requests`, `unknown_tracers`, `alive`, `heap_size`, `retained` (bytes behind all slots), `nodes`, `edges`,
    `groups` and `instances`; a comparison has two of them, `before` and `after`, and the object ids that
    `came`, `stayed` and are `gone`.
    """
    tool = {"name": "nextfix", "version": patcher.__version__}
    body = _comparison(result) if isinstance(result, SnapshotComparison) else _report(result)
    return json.dumps({"tool": tool, **body}, indent=2) + "\n"


def _comparison(comparison: SnapshotComparison) -> dict[str, Any]:
    return {
        "one_process": comparison.one_process,
        "came": [instance.id for instance in comparison.came],
        "stayed": [instance.id for instance in comparison.stayed],
        "gone": [instance.id for instance in comparison.gone],
        "before": _report(comparison.before),
        "after": _report(comparison.after),
    }


def _report(report: HeapReport) -> dict[str, Any]:
    return {
        "class": report.class_name or None,
        "counted": [{"class": name, "alive": count} for name, count in report.classes],
        "requests": report.requests,
        "unknown_tracers": list(report.unknown_tracers),
        "alive": report.count,
        "heap_size": report.heap_size,
        "retained": report.released,
        "nodes": report.nodes,
        "edges": report.edges,
        "groups": [_group(group) for group in report.groups],
        "instances": [_instance(instance) for instance in report.instances],
    }


def _instance(instance: Instance) -> dict[str, Any]:
    fields = asdict(instance)
    return {"class" if name == "class_name" else name: value for name, value in fields.items()}


def _group(group: SlotGroup) -> dict[str, Any]:
    chain = [{"owner": step.owner, "edge": step.edge} for step in group.chain]
    return {
        "slot": group.slot,
        "origin": group.origin,
        "made": list(group.made),
        "kind": group.kind,
        "count": group.count,
        "requests": group.requests,
        "retained": group.retained,
        "rule": group.rule,
        "fix": fix_command(group) or None,
        "urls": list(group.urls),
        "chain": chain,
        "slot_step": group.at,
        "last": group.last,
    }
