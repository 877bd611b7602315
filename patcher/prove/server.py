"""One server process: started with an inspector on a free port of 127.0.0.1, found, asked, ended."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from patcher.errors import ExitCode, NextfixError
from patcher.heap.probe import write_probe
from patcher.prove.app import ENTRY
from patcher.prove.node import Node
from patcher.prove.quiet import inherited, quiet
from patcher.prove.stage import MARK, Stage, excerpt, last_lines

START_SECONDS = 90.0
POLL_SECONDS = 0.05
INSPECTOR = re.compile(r"Debugger listening on (ws://127\.0\.0\.1:(\d+)/[\w-]+)")


def environment(stage: Stage) -> dict[str, str]:
    """The environment of everything that an experiment runs: production, and no trace leaves the machine."""
    own = {"NODE_ENV": "production", "NEXT_TELEMETRY_DISABLED": "1", MARK: stage.mark}
    return quiet(inherited(), stage.closed_port) | own


class Server:
    """A running server.

    Args:
        stage: owns the process.
        process: the process, or the shell that started it.
        log: its output.
        port: where it answers, on 127.0.0.1.
    """

    def __init__(self, stage: Stage, process: subprocess.Popen[bytes], log: Path, port: int) -> None:
        self.stage = stage
        self.process = process
        self.log = log
        self.port = port

    @property
    def inspectors(self) -> list[str]:
        """The WebSocket addresses of the inspectors of the process and its children that are alive."""
        text = excerpt(self.log)
        ports = {found[1]: int(found[2]) for found in INSPECTOR.finditer(text)}
        return [address for address, port in ports.items() if accepts(port)]

    def ended(self, seconds: float) -> bool:
        """Whether the process has ended by itself, or does so within `seconds`."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End the process."""
        self.stage.end(self.process)


def start_app(stage: Stage, node: Node, folder: Path, *, prepare: bool = True) -> Server:
    """Start the server of the app in `folder`, which says itself where it listens.

    Args:
        stage: owns the process.
        node: runs it.
        folder: the built app.
        prepare: await `app.prepare()` before listening.

    Raises:
        NextfixError: DEFECT when it ends or stays silent, with its last lines.
    """
    log = stage.log("server")
    variables = environment(stage) | {
        "PROVE_PREPARE": "1" if prepare else "0",
        "PROVE_CLOSED_PORT": str(stage.closed_port),
    }
    process = stage.start([str(node.program), "--inspect=127.0.0.1:0", ENTRY], folder, variables, log)
    server = Server(stage, process, log, 0)
    found = _await(server, lambda: re.search(r"^listening on (\d+)", excerpt(log), re.M))
    server.port = int(found[1])
    return server


def start_command(stage: Stage, node: Node, folder: Path, command: str, *, probe: bool = False) -> Server:
    """Start the user's own `command` in `folder` with PORT set, and wait until it accepts connections.

    Args:
        stage: owns the process.
        node: comes first on the command's PATH.
        folder: working directory.
        command: a line for the shell; `{port}` in it becomes the port.
        probe: note where each promise, timer and handle of a request is made.

    Raises:
        NextfixError: DEFECT when it ends or never listens, with its last lines.
    """
    log, port = stage.log("server"), free_port()
    required = ""
    if probe:
        path = stage.folder / f"nextfix-probe-{os.urandom(4).hex()}.cjs"  # servers start side by side
        write_probe(path)
        required = f' --require "{path}"'
    variables = environment(stage) | {
        "PORT": str(port),
        "NODE_OPTIONS": f"--inspect=127.0.0.1:0{required}",
        "PATH": f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    process = stage.start(command.replace("{port}", str(port)), folder, variables, log)
    server = Server(stage, process, log, port)
    _await(server, lambda: accepts(port) and server.inspectors)
    return server


def _await(server: Server, ready: Callable[[], Any]) -> Any:
    """What `ready` returns as soon as it is true; the server must stay alive until then."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if found := ready():
            return found
        if server.process.poll() is not None:
            break
        server.stage.sleep(POLL_SECONDS)
    server.stop()
    raise NextfixError(ExitCode.DEFECT, f"the server did not start: {last_lines(server.log)}")


def accepts(port: int) -> bool:
    """Whether something on `port` accepts connections now; nothing is asked, a request might be kept."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
