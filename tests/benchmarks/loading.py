"""Loads one collection as the program does and prints the seconds that took, its start-up aside."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from runner.loading.collection import load_collection


def main() -> None:
    gc.disable()  # as the program does until the run begins
    path = Path(sys.argv[1])
    start = time.perf_counter()
    load_collection(path, path.name)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
