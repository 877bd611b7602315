"""placeholder"""

from patcher.proof.result import Result


def page(results: list[Result]) -> str:
    return f"{len(results)}"
