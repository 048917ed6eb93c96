"""What a process is born into: locale, folders, permissions, limits, variables, flags of Python."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.promises.system import COLLECTION, SystemFault

LOCALE: Final = "locale"
FOLDERS: Final = "folders"
LIMITS: Final = "limits"
VARIABLES: Final = "variables"
PYTHON: Final = "Python"
SAME: Final = "nothing changes"
SUMMARY: Final = ("1 passed, 1 failed",)
PARALLEL: Final = "parallel: true\nrequests:\n" + "".join(
    f"  - {{name: r{n}, url: <<SERVER>>/{n}, expect: {{status: 201}}}}\n" for n in range(12)
)
MANY: Final = 11
"""Lines for GitHub about twelve failed requests: ten of them, and that there are more."""
HOSTILE: Final = (
    "requests",
    "json",
    "yaml",
    "runner",
    "sitecustomize",
    "usercustomize",
    "typer",
    "collections",
    "re",
    "conftest",
)
"""Modules that lie in the collection's folder and must not be imported."""


def hostile(folder: Path) -> None:
    """Files that Python would run if it came upon them."""
    for name in HOSTILE:
        (folder / f"{name}.py").write_text("raise SystemExit('hostile code ran')\n", encoding="utf-8")
    (folder / "evil.pth").write_text("import os; os._exit(99)\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--none'\n", encoding="utf-8")


def for_all_and_for_its_owner(folder: Path) -> bool:
    """Everybody may write the reports; what is remembered is its owner's alone."""
    remembered = [path for path in (folder / ".cache").rglob("*") if path.is_file()]
    open_to_all = all(path.stat().st_mode & 0o777 == 0o666 for path in (folder / "reports").iterdir())
    return open_to_all and bool(remembered) and all(path.stat().st_mode & 0o077 == 0 for path in remembered)


def own_threads(count: int) -> str:
    """As another user, who may have so many processes and threads."""
    limits = "--bounding-set=-sys_resource,-sys_admin"
    return f'exec prlimit --nproc={count} setpriv --ruid {54_300 + count} {limits} "$@"'


NO_NAMES: Final = """\
exec unshare -m sh -c 'mount --bind /dev/null /etc/resolv.conf; exec "$@"' sh "$@"
"""
"""Nothing says which server knows names."""

FAULTS: Final = (
    SystemFault(
        "no server for names is set",
        FOLDERS,
        "told of the request; exit code 4",
        4,
        ('"no.invalid" could not be looked up',),
        script=NO_NAMES,
        collection="requests: [{url: 'http://no.invalid/', timeout: 10s}]",
        root=True,
    ),
    *(
        SystemFault(
            " ".join(f"{name}={value}" for name, value in environ.items()), LOCALE, SAME, 1, says, environ=environ
        )
        for environ, says in (
            ({"LC_ALL": "C"}, SUMMARY),
            ({"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, ("gr\\xfcn -> \\u6f22", *SUMMARY)),
            ({"LC_ALL": "xx_YY.UTF-8"}, SUMMARY),
            ({"PYTHONUTF8": "0", "LANG": "C"}, SUMMARY),
            ({"PYTHONIOENCODING": "ascii"}, ("gr\\xfcn -> \\u6f22", *SUMMARY)),
            ({"PYTHONIOENCODING": "ascii:strict"}, ("gr\\xfcn -> \\u6f22", *SUMMARY)),
            ({"PYTHONIOENCODING": "latin-1"}, SUMMARY),
            ({"PYTHONIOENCODING": "utf-7"}, SUMMARY),
        )
    ),
    SystemFault("HOME is not set", FOLDERS, "nothing is remembered", 1, ("-k wrong",), script="unset HOME"),
    SystemFault(
        "HOME is not there",
        FOLDERS,
        "it is not made, nothing is remembered",
        1,
        ("-k wrong",),
        environ={"HOME": "{folder}/none"},
        holds=lambda folder: not (folder / "none").exists(),
    ),
    SystemFault("HOME is a file", FOLDERS, "nothing is remembered", 1, ("-k wrong",), environ={"HOME": "/dev/null"}),
    SystemFault("HOME is relative", FOLDERS, "nothing is remembered", 1, ("-k wrong",), environ={"HOME": "."}),
    SystemFault(
        "HOME has a line break",
        FOLDERS,
        SAME,
        1,
        ("--last-failed",),
        script='mkdir "$HOME"',
        environ={"HOME": "{folder}/a\n::b"},
    ),
    SystemFault(
        "XDG_CACHE_HOME is a file",
        FOLDERS,
        "nothing is remembered",
        1,
        ("-k wrong",),
        environ={"XDG_CACHE_HOME": "{folder}/c.yaml"},
    ),
    SystemFault(
        "XDG_CACHE_HOME cannot be written to",
        FOLDERS,
        "nothing is remembered",
        1,
        ("-k wrong",),
        environ={"XDG_CACHE_HOME": "/proc/sys"},
    ),
    SystemFault(
        "the place of what is remembered is a pipe",
        FOLDERS,
        "nothing is remembered, nobody waits",
        1,
        ("-k wrong",),
        script='mkdir -p .cache/runner; mkfifo ".cache/runner/$(printf %s "$PWD" | sha256sum | head -c 24).json"',
    ),
    SystemFault(
        "the working directory was removed",
        FOLDERS,
        "told, exit code 5",
        5,
        ("there is no file c.yaml",),
        0,
        "mkdir gone; cd gone; rmdir ../gone",
    ),
    SystemFault("TMPDIR is not there", FOLDERS, SAME, 1, SUMMARY, environ={"TMPDIR": "/none"}),
    SystemFault(
        "umask 777", FOLDERS, "reports have no permissions, but are whole", 1, SUMMARY, script="umask 777", root=True
    ),
    SystemFault(
        "umask 000",
        FOLDERS,
        "reports may be read and written by all, what is remembered by its owner alone",
        1,
        SUMMARY,
        script="umask 000",
        holds=for_all_and_for_its_owner,
    ),
    *(
        SystemFault(
            f"{count} open files, and seven reports",
            LIMITS,
            "told before anything is sent; exit code 2",
            2,
            ("Too many open files", "Take a smaller -j, or raise the limits"),
            0,
            f"ulimit -n {count}",
            options=tuple(f"--report={kind}=reports/{kind}" for kind in ("html", "json", "ndjson", "junit", "tap")),
        )
        for count in (7,)
    ),
    SystemFault(
        "16 open files",
        LIMITS,
        "told of each request; the reports are whole",
        4,
        ("Too many open files", "Take a smaller -j, or raise the limits"),
        script="ulimit -n 17",
        options=("-j", "12"),
        collection=PARALLEL,
        annotations=MANY,
    ),
    SystemFault("20 open files, one request at a time", LIMITS, SAME, 1, SUMMARY, script="ulimit -n 20"),
    SystemFault(
        "64 open files, twelve requests at a time",
        LIMITS,
        SAME,
        1,
        ("12 failed",),
        script="ulimit -n 64",
        options=("-j", "12"),
        collection=PARALLEL,
        annotations=MANY,
    ),
    *(
        SystemFault(
            f"{count} threads, twelve requests at a time",
            LIMITS,
            must,
            code,
            (says,),
            0,
            own_threads(count),
            options=("-j", "12", "--report", "json=reports/json"),
            collection=PARALLEL,
            root=True,
            unwritable=code == 70,
        )
        for count, code, says, must in (
            (1, 70, "a limit of the system: no more threads can be started", "told; no report; exit code 70"),
            (6, 70, "a limit of the system: no more threads can be started", "told; no report; exit code 70"),
        )
    ),
    SystemFault(
        "60 MB of addresses",
        LIMITS,
        "told; no half report; exit code 70",
        70,
        ("Out of memory",),
        0,
        "ulimit -v 60000",
        collection="# " + "x" * 30_000_000 + "\n" + COLLECTION,
        unwritable=True,
        options=("--report", "json=reports/json"),
    ),
    SystemFault("250 MB of addresses", LIMITS, SAME, 1, SUMMARY, script="ulimit -v 250000"),
    *(
        SystemFault(f"{name}={value}", VARIABLES, SAME, 1, SUMMARY, environ={name: value})
        for name, value in (
            ("SSL_CERT_FILE", "/none"),
            ("REQUESTS_CA_BUNDLE", "/none"),
            ("HTTP_PROXY", "nonsense"),
            ("ALL_PROXY", "socks9://:::"),
            ("PYTHONWARNINGS", "error"),
            ("PYTHONWARNINGS", "nonsense::"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
            ("PYTHONNOUSERSITE", "1"),
            ("PYTHONHASHSEED", "0"),
            ("PYTHONHASHSEED", "4294967295"),
            ("PYTHONMALLOC", "debug"),
            ("PYTHONSAFEPATH", "1"),
            ("PYTHONOPTIMIZE", "2"),
        )
    ),
    *(
        SystemFault(f"python {' '.join(flags)}", PYTHON, SAME, 1, SUMMARY, flags=flags)
        for flags in (("-O",), ("-OO",), ("-W", "error"), ("-X", "dev"), ("-P",), ("-s", "-B"), ("-u",))
    ),
    SystemFault("Python files in the collection's folder", PYTHON, "none of them is run", 1, SUMMARY, prepare=hostile),
)
