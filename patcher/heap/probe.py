"""The probe: a program that notes, in a server that requires it, where what outlives a request was made."""

from importlib.resources import files
from pathlib import Path

from patcher.disk.write import write_file


def write_probe(path: Path) -> None:
    """Write the probe, for `node --require PATH server.js`; `nextfix heap` reads what it noted from a snapshot.

    Raises:
        NextfixError: FILES when it cannot be written.
    """
    write_file(path, (files("patcher.heap") / "probe.cjs").read_bytes())
