"""Everything that the tests do to the program, as ``docs/faults.md``: ``python -m tests.promises.faults_page``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeVar

from runner.errors import ExitCode
from tests.pages import ROOT
from tests.promises.catalogue import GROUPS, INPUTS, ROOTS, SERVERS, SYSTEM
from tests.promises.clients import ATTACKS
from tests.promises.faults import Fault
from tests.promises.system import SystemFault
from tests.promises.tables import markdown_table

OfGroup = TypeVar("OfGroup", Fault, SystemFault)
PAGE: Final = ROOT / "docs/faults.md"
HEAD: Final = """\
# Faults

What the tests do to the program, and what it must make of it: {servers} faults of servers, {inputs} hostile inputs,
{clients} hostile clients of the mock server, {system} faults of the system, {roots} files outside of a collection's
folder. Each is run with the real program in a process of its own or together with others of its kind, and everything
that is promised on [Security](SECURITY.md) is measured each time. This page is made from the lists in `tests/promises`.

The exit code is that of `runner`: 0 all passed, 1 a check failed, 2 the command line is wrong, 3 a file is wrong, 4 no
usable response, 5 nothing was run, 70 a report could not be written, 130 and 143 interrupted. What passes is there on
purpose: it is odd and legal, and shows that the others do not fail for another reason.
"""


def page() -> str:
    """The whole page."""
    count = {"servers": len(SERVERS), "inputs": len(INPUTS), "clients": len(ATTACKS), "system": len(SYSTEM)}
    return "\n".join([HEAD.format(**count, roots=len(ROOTS)), *_servers(), *_inputs(), *_system(), *_roots()])


def _servers() -> Iterator[str]:
    yield "## What servers do\n"
    for group, faults in _by_group(SERVERS):
        rows = ((fault.name, _verdict(fault), _shown(fault.says)) for fault in faults)
        yield f"### {group[0].upper()}{group[1:]}\n"
        yield markdown_table(("what comes", "what must happen", "it says"), rows)


def _verdict(fault: Fault) -> str:
    if fault.kind is not None:
        return f"no response: {fault.kind}, exit code {int(fault.code)}"
    return "it passes" if fault.code == ExitCode.OK else f"a check fails, exit code {int(fault.code)}"


def _inputs() -> Iterator[str]:
    yield "## What is in files, in variables and on the command line\n"
    for group in GROUPS:
        yield f"### {group.name[0].upper()}{group.name[1:]}\n"
        rows = ((one.name, f"exit code {int(one.code)}", _shown(one.says)) for one in group.inputs)
        yield markdown_table(("what is given", "what must happen", "it says"), rows)
    yield "## What clients of the mock server do\n\nIt answers, goes on serving others, and ends on Ctrl-C.\n"
    yield markdown_table(("what comes", "it answers"), ((one.name, one.answer.decode()) for one in ATTACKS))


def _system() -> Iterator[str]:
    yield "## What the system does\n"
    for group, faults in _by_group(SYSTEM):
        yield f"### {group[0].upper()}{group[1:]}\n"
        yield markdown_table(("what happens", "what must happen", "exit code"),
                             ((one.name, one.must, _code(one.code)) for one in faults))  # fmt: skip


def _code(code: int) -> str:
    return f"signal {-code}" if code < 0 else str(code)


def _roots() -> Iterator[str]:
    yield "## Files outside of the folder\n\nEach way in which a collection names a file, to each place outside.\n"
    rows = ((one.name, f"exit code {int(one.code)}", _shown(one.says)) for one in ROOTS)
    yield markdown_table(("what is named", "what must happen", "it says"), rows)


def _shown(words: str) -> str:
    """Words that must be said, on one line and no longer than one looks at."""
    text = "".join(one if one.isprintable() else "\ufffd" for one in " ".join(words.split()))
    return text if len(text) <= 90 else f"{text[:89]}…"


def _by_group(faults: Sequence[OfGroup]) -> Iterator[tuple[str, Iterable[OfGroup]]]:
    """Each group once, in the order of the lists."""
    order = list(dict.fromkeys(fault.group for fault in faults))
    yield from groupby(sorted(faults, key=lambda fault: order.index(fault.group)), key=lambda fault: fault.group)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
