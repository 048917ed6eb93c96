"""Fuzzes one target for as long as libFuzzer's options say: ``python -m tests.fuzz loader -max_total_time=60``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

from tests.fuzz.targets import TARGETS, all_seeds, target

INSTRUMENTED = ["runner", "tests.fuzz", "jsonpath_rfc9535", "iregexp_check", "dotenv"]
"""What is watched for new ways through it: our own code, and the libraries in Python that read what is written."""


def main() -> None:
    """Begin with the seeds; what is found is written into the working directory."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"Usage: python -m tests.fuzz {'|'.join(TARGETS)} [FOLDER] [-OPTION=VALUE ...]")
    with atheris.instrument_imports(include=INSTRUMENTED):
        chosen = target(sys.argv[1])
    with TemporaryDirectory() as folder:
        for number, seed in enumerate(all_seeds(chosen)):
            (Path(folder) / f"seed{number}").write_bytes(seed)
        atheris.Setup([sys.argv[0], *sys.argv[2:], folder], chosen.fuzz)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
