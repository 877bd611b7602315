"""What `nextfix prove probe FILE` and `nextfix heap --probe FILE` do."""

from pathlib import Path

from patcher.cli.main import CommandResult
from patcher.errors import ExitCode
from patcher.text.display import one_line


def write(path: Path) -> CommandResult:
    """Write the probe and say how a server gets it.

    Raises:
        NextfixError: FILES when it cannot be written.
    """
    from patcher.heap.probe import write_probe

    write_probe(path)
    print(f"written: {one_line(str(path))}")
    print(f"start the server with: node --require {one_line(str(path.resolve()))} server.js")
    print("then take a snapshot: nextfix heap FILE says where what each slot keeps was made")
    return CommandResult(ExitCode.OK)
