"""atheris on one of the byte-level parts: `python -m tests.fuzz.coverage_guided PART -runs=100000`.

Needs `pip install atheris`. libFuzzer's options follow the name; an input that breaks a law is written to the
working directory by it.
"""

import sys

import atheris

with atheris.instrument_imports(include=["patcher"]):
    from tests.fuzz.parts import PARTS


def main() -> None:
    """Fuzz the part that the first argument names until the runs are done or a law is broken."""
    law = PARTS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, law)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
