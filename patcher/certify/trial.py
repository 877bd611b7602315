"""What Node says of a rewritten file: that it reads it, and that it behaves as the original does."""

import shutil
import subprocess

from patcher.certify.behaviour import run
from patcher.certify.certificate import CertifiedRewrite
from patcher.disk.scratch import scratch_folder
from patcher.errors import ExitCode, NextfixError
from patcher.syntax.tree import parse

_PATIENCE = 60.0  # seconds for one file; half a megabyte takes a tenth of one


class Trial:
    """Tries results under Node; equal files of several releases are tried once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def faults(self, result: CertifiedRewrite, release: str) -> tuple[str, ...]:
        """Why a result must not be certified: what Node cannot read, or what it does otherwise than the original.

        Args:
            result: the file before and after.
            release: `package@version`, for messages.

        Raises:
            NextfixError: FILES or USAGE when there is no node, DEFECT when the file cannot be driven.
        """
        key = (result.before, result.after)
        if key not in self._known:
            said = syntax_error(result.rewritten)
            self._known[key] = (f"node --check: {said}",) if said else _misbehaviour(result, release)
        return self._known[key]


def _misbehaviour(result: CertifiedRewrite, release: str) -> tuple[str, ...]:
    behaviour = run(
        result.harness,
        result.path,
        result.original,
        result.rewritten,
        result.style,
        release,
        rules=result.rules,
    )
    return tuple(f"behaviour: {failure}" for failure in behaviour.failures)


def syntax_error(source: bytes) -> str:
    """What Node says against `source` as the kind of module that it is, or the empty string. Nothing is run.

    Raises:
        NextfixError: FILES when there is no node on the PATH, or it does not answer.
    """
    node = shutil.which("node")
    if node is None:
        raise NextfixError(ExitCode.FILES, "node is not on the PATH", hint="install Node.js")
    with scratch_folder("nextfix-check-") as folder:
        path = folder / ("result.mjs" if _is_es_module(source) else "result.cjs")
        path.write_bytes(source)
        try:
            done = subprocess.run(
                [node, "--check", str(path)], capture_output=True, timeout=_PATIENCE, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise NextfixError(
                ExitCode.FILES, f"node --check gave no answer in {_PATIENCE:.0f} s", path=node
            ) from error
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stderr.decode(errors="replace").splitlines() if "Error" in line]
    return lines[0] if lines else f"node --check ended with {done.returncode}"


def _is_es_module(source: bytes) -> bool:
    """Whether `source` imports or exports as ES modules do (a package need not say so)."""
    return any(
        node.type in ("import_statement", "export_statement") for node in parse(source).root_node.children
    )
