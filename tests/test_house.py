"""The rules that the whole project keeps: format, lint, types, layers, sizes, start-up, installation."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PYTHON: Final = Path(sys.executable)
MODULES: Final = sorted((ROOT / "runner").rglob("*.py"))
INNER_MODULES: Final = [one for one in MODULES if "cli" not in one.parts and one.name != "__main__.py"]
LONGEST_MODULE: Final = 400

GATES: Final = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "layers": ("lint-imports",),
}

SENDING: Final = {"requests", "urllib3", "http.client", "ssl"}
HEAVY: Final = {
    "jsonschema",
    "referencing",
    "rich",
    "jsonpath_rfc9535",
    "regex",
    "http.server",
    "asyncio",
    "click",
    "genai_prices",
    "pydantic",
    "httpx2",
    "tiktoken",
    "runner.usage",
    "runner.llm.prompts",
}

COLLECTION: Final = """\
name: Start-up
variables: {BASE_URL: "http://127.0.0.1:9"}
requests:
  - name: first
    url: <<BASE_URL>>/a
    json: {a: 1}
    expect:
      status: 200
      json: {$.a.b: {type: integer, lte: 5}}
    examples:
      - json: {a: {b: 1}}
"""


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("gate", GATES)
def test_the_gate_holds(gate: str) -> None:
    tool, *arguments = GATES[gate]
    done = run(str(PYTHON.with_name(tool)), *arguments)
    assert done.returncode == 0, f"{tool} {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_says_what_it_owns(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(text))


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


HOMES: Final = {
    "http.server": "runner/mock/",
    "time": "runner/clock.py",
    "tomllib": "runner/cli/settings_files.py",
    "logging": "runner/load_testing/logs.py",
    "pickle": "nowhere",
}


@pytest.mark.parametrize("library", HOMES)
def test_a_standard_library_stays_in_its_home(library: str) -> None:
    """import-linter watches the libraries from outside; this one those of Python itself."""
    strangers = [
        name
        for path in MODULES
        if not (name := str(path.relative_to(ROOT))).startswith(HOMES[library])
        and any(found == library or found.startswith(f"{library}.") for found in imports(path))
    ]
    assert strangers == []


@pytest.mark.parametrize("path", INNER_MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_command_line_touches_the_process(path: Path) -> None:
    """Time, environment and exit are arguments or exceptions everywhere else."""
    text = path.read_text(encoding="utf-8")
    touched = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not touched & {"os.environ", "os.getenv", "sys.exit", "sys.argv", "os.getcwd"}


def test_what_stands_in_a_module_is_used() -> None:
    """Within it, by what imports it, or by its name in the registry; pytest calls its hooks itself."""
    texts = {path: path.read_text(encoding="utf-8") for path in (*MODULES, *(ROOT / "tests").rglob("*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    taken = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    taken |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    taken |= set(re.findall(r':(\w+)"', "".join(texts.values()))) | {"__all__"}
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODULES
        for name in named(trees[path])
        if name not in taken and not name.startswith("pytest_") and len(re.findall(rf"\b{name}\b", texts[path])) == 1
    ]
    assert unused == []


def named(tree: ast.Module) -> Iterator[str]:
    """The functions, classes and values that a module defines."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (one.id for one in targets if isinstance(one, ast.Name))


def test_a_folder_that_shadows_the_standard_library_has_no_python() -> None:
    """``collections/x.py`` would be found before Python's own ``collections`` by what is started there."""
    assert [path.name for path in (ROOT / "collections").rglob("*.py*")] == []


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """The modules that ``runner`` imports when it is started like this."""
    done = run(str(PYTHON), "-X", "importtime", "-m", "runner", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    modules = {line.rpartition("|")[2].strip() for line in lines}
    assert "runner.cli.app" in modules
    return modules


def test_the_version_costs_nothing(tmp_path: Path) -> None:
    modules = loaded("--version", cwd=tmp_path)
    assert not modules & (SENDING | HEAVY | {"yaml", "dotenv", "runner.loading", "runner.engine"})


def test_checking_a_file_imports_nothing_that_sends_or_validates(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    assert not loaded("check", "c.yaml", cwd=tmp_path) & (SENDING | HEAVY)


def test_a_run_imports_only_what_it_uses(tmp_path: Path) -> None:
    """No schema, no wide JSONPath, no regular expression: none of their libraries."""
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    assert not loaded("run", "c.yaml", "--mock", cwd=tmp_path) & (HEAVY - {"http.server"})


@pytest.mark.parametrize("command", ["pip install -e '.[dev]'", "pytest"])
def test_ci_does_what_the_readme_says(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


def test_ci_installs_the_peers_that_are_documented() -> None:
    """Each as ``name@version``, in the words of npm."""
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("tests/peers/README.md", ".ci/run")]
    documented, installed = (re.findall(r"\S+@\d+\.\d+\.\d+", page) for page in pages)
    assert documented == installed != []


def test_every_dependency_has_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    dated = ("regex",)  # releases are named by their date
    unbounded = [one for one in project["dependencies"] if ">=" not in one or "<" not in one]
    assert [one for one in unbounded if not one.startswith(dated)] == []


def by_module(names: list[str]) -> dict[str, list[str]]:
    modules: dict[str, list[str]] = {}
    for name in names:
        modules.setdefault(name.partition("::")[0], []).append(name)
    return modules


def test_a_test_has_the_same_name_each_time(request: pytest.FixtureRequest) -> None:
    """Workers collect in their own seconds, each with its own hash seed, and must agree on every name."""
    here = by_module([item.nodeid for item in request.session.items])
    done = run(str(PYTHON), "-m", "pytest", "--collect-only", "-q", "-n0", *here)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    again = by_module([line for line in done.stdout.splitlines() if "::" in line])
    for module, names in here.items():
        wanted = set(names)
        assert names == [name for name in again[module] if name in wanted]
