"""The plugin in projects of its own: what pytest says, and what a server really got."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from tests.servers import Client, Server, ok, serve

ROOT: Final = Path(__file__).parents[1]
WRONG: Final = b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}"
CUT: Final = b'{"object": "chat.completion", "choices": [{"message": {"content": "x"}, "finish_reason": "length"}]}'

CHAT: Final = """\
name: Chat
variables: {{BASE_URL: "{url}"}}
setup:
  - {{name: prepare, url: <<BASE_URL>>/prepare}}
requests:
  - name: log in
    url: <<BASE_URL>>/login
    capture: {{session: $.id}}
  - name: introduce
    tags: [smoke, needs review, skip]
    url: <<BASE_URL>>/introduce/<<session>>
  - name: broken
    url: <<BASE_URL>>/broken
    expect: {{status: 200, json: {{$.id: 7}}}}
  - name: not today
    url: <<BASE_URL>>/never
    skip: the server rests
  - name: last
    tags: [smoke]
    url: <<BASE_URL>>/last
teardown:
  - {{name: clean, url: <<BASE_URL>>/clean}}
"""


@dataclass
class Project:
    """A folder with files, a server that counts, and pytest started there."""

    folder: Path
    server: Server
    environ: dict[str, str]

    def write(self, name: str, text: str, **values: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(url=self.server.url, **values) if "{{" in text else text, encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pytest", "-p", "runner.pytest_plugin", *arguments]

    def pytest(self, *arguments: str) -> tuple[str, int, list[str]]:
        """What it said, its exit code, and the paths that the server got."""
        before = len(self.server.arrived)
        done = subprocess.run(self.command(*arguments), cwd=self.folder, env=self.environ, capture_output=True,
                              text=True, timeout=60, check=False)  # fmt: skip
        return done.stdout + done.stderr, done.returncode, self.sent()[before:]

    def sent(self) -> list[str]:
        return [one.line.split()[1] for one in self.server.arrived]


def respond(client: Client) -> None:
    while (request := client.read_request()) is not None:
        body = CUT if "/cut" in request.line else b'{"id": 7}'
        client.send(WRONG if "/broken" in request.line else ok(body, "Content-Type: application/json"))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "RUNNER_"))}
    environ = {**kept, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120"}
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", encoding="utf-8")
    with serve(respond) as server:
        made = Project(tmp_path, server, environ)
        made.write("collections/chat.yaml", CHAT)
        yield made


def verdicts(out: str) -> list[str]:
    """``name WORD`` of each line of ``-v``."""
    lines = [line.split("::", 1)[1] for line in out.splitlines() if "::" in line and "%]" in line]
    return [line.partition(" [")[0].partition(" (")[0].strip() for line in lines]


def test_requests_are_items_in_order_of_the_file(project: Project) -> None:
    out, code, sent = project.pytest("collections", "-v")
    assert verdicts(out) == [
        "log in PASSED", "introduce PASSED", "broken FAILED", "not today SKIPPED", "last PASSED",
    ]  # fmt: skip
    assert sent == ["/prepare", "/login", "/introduce/7", "/broken", "/last", "/clean"]
    assert code == 1
    assert "Traceback" not in out
    assert "runner/plugin" not in out
    assert "collections/chat.yaml:14  status\n  expected  200\n  got       500\n" in out
    assert "FAILED collections/chat.yaml::broken - status expected 200 got 500" in out


def test_collecting_sends_nothing(project: Project) -> None:
    out, code, sent = project.pytest("collections", "--co", "-q")
    assert out.splitlines()[:2] == ["collections/chat.yaml::log in", "collections/chat.yaml::introduce"]
    assert (code, sent) == (0, [])


def test_what_a_selected_request_needs_is_sent_and_is_no_item(project: Project) -> None:
    out, code, sent = project.pytest("collections", "-k", "introduce", "-v")
    assert verdicts(out) == ["introduce PASSED"]
    assert sent == ["/prepare", "/login", "/introduce/7", "/clean"]
    assert code == 0
    assert project.pytest("collections/chat.yaml::last")[2] == ["/prepare", "/last", "/clean"]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("smoke", ["introduce PASSED", "last PASSED"]),
        ("smoke and not needs_review", ["last PASSED"]),
        ("tag_skip", ["introduce PASSED"]),
    ],
)
def test_tags_are_markers(expression: str, names: list[str], project: Project) -> None:
    out, _, _ = project.pytest("collections", "-m", expression, "-v")
    assert verdicts(out) == names
    assert "warning" not in out


def test_a_declared_marker_may_be_a_tag_too(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nmarkers =\n  smoke: quick ones\naddopts = --strict-markers\n")
    project.write("test_one.py", "import pytest\n@pytest.mark.smoke\ndef test_one(): pass\n")
    assert len(verdicts(project.pytest(".", "-m", "smoke", "-v")[0])) == 3
    project.write("pytest.ini", "[pytest]\nmarkers =\n  skip: declared again\n  needs_review: here\n")
    assert verdicts(project.pytest("collections", "-m", "tag_skip", "-v")[0]) == ["introduce PASSED"]


def test_nothing_is_sent_after_a_stop(project: Project) -> None:
    for option in ("-x", "--maxfail=1", "--sw"):
        out, code, sent = project.pytest("collections", option)
        assert sent == ["/prepare", "/login", "/introduce/7", "/broken", "/clean"], out
        assert code in (1, 2)
    assert project.pytest("collections", "--sw")[2] == ["/prepare", "/broken", "/clean"]


def test_what_failed_last_and_first(project: Project) -> None:
    project.pytest("collections")
    assert project.pytest("collections", "--lf")[2] == ["/prepare", "/broken", "/clean"]
    out, _, sent = project.pytest("collections", "--ff", "-v")
    assert verdicts(out)[0] == "broken FAILED"
    assert sent == ["/prepare", "/login", "/introduce/7", "/broken", "/last", "/clean"]


def test_another_order_gives_the_same_verdicts_and_sends_nothing_twice(project: Project) -> None:
    project.write("other.yaml", "requests:\n- {{name: alone, url: '{url}/alone'}}\n- {{name: b, url: '{url}/b'}}\n")
    turn = "items.reverse(); items.insert(2, items.pop(0))"  # the files are mixed, too
    project.write("conftest.py", f"def pytest_collection_modifyitems(items): {turn}\n")
    out, _, sent = project.pytest("collections", "other.yaml", "-v")
    assert sorted(verdicts(out)) == sorted(
        ["log in PASSED", "introduce PASSED", "broken FAILED", "not today SKIPPED", "last PASSED", "b PASSED",
         "alone PASSED"]
    )  # fmt: skip
    assert sorted(sent) == ["/alone", "/b", "/broken", "/clean", "/introduce/7", "/last", "/login", "/prepare"]
    inside = [one for one in sent if one not in ("/alone", "/b")]
    assert inside == ["/prepare", "/login", "/introduce/7", "/broken", "/last", "/clean"]


@pytest.mark.parametrize("dist", [(), ("--dist", "worksteal"), ("--dist", "loadgroup"), ("--dist", "loadscope")])
def test_with_xdist_a_file_goes_to_one_worker(dist: tuple[str, ...], project: Project) -> None:
    for number in range(3):
        text = "".join(f"- {{{{name: r{at}, url: '{{url}}/{number}/{at}'}}}}\n" for at in range(6))
        project.write(f"collections/c{number}.yaml", f"requests:\n{text}")
    project.write("test_py.py", "import pytest\n@pytest.mark.parametrize('n', range(10))\ndef test_n(n): pass\n")
    out, code, sent = project.pytest("-p", "xdist.plugin", ".", "-n", "2", "-m", "not needs_review",
                                     "--deselect", "collections/chat.yaml::broken", *dist)  # fmt: skip
    assert code == 0, out
    assert "30 passed, 1 skipped" in out
    for number in range(3):
        assert [one for one in sent if one.startswith(f"/{number}/")] == [f"/{number}/{at}" for at in range(6)]
    assert sorted(one for one in sent if one[1:].isalpha()) == ["/clean", "/last", "/login", "/prepare"]


def test_xdist_deals_out_other_tests_as_ever(project: Project) -> None:
    project.write("test_py.py", "def test_one(): pass\n")
    tell = "print(type((yield).get_result()).__name__, flush=True)"
    hook = f"def pytest_xdist_make_scheduler(config, log): {tell}"
    project.write("conftest.py", f"import pytest\n@pytest.hookimpl(hookwrapper=True)\n{hook}\n")
    for path, kind in {"test_py.py": "LoadScheduling", "collections": "LoadScopeScheduling"}.items():
        out, _, _ = project.pytest("-p", "xdist.plugin", path, "-n", "1", "-s")
        assert f"\n{kind}\n" in out, out


def test_a_skip_says_why_and_where(project: Project) -> None:
    project.write("needy.yaml", "requires: [NIX]\nrequests:\n- {{name: one, url: '{url}/<<NIX>>'}}\n")
    out, code, sent = project.pytest("collections/chat.yaml::not today", "needy.yaml", "-rs")
    assert "SKIPPED [1] collections/chat.yaml:15: the server rests" in out
    assert "SKIPPED [1] needy.yaml:3: needs NIX, which is not set" in out
    assert (code, sent) == (0, ["/prepare", "/clean"])


def test_junit_has_method_url_and_status(project: Project) -> None:
    project.pytest("collections", "--junitxml=out.xml", "-o", "junit_family=xunit1")
    cases = {one.get("name"): one for one in ET.parse(project.folder / "out.xml").iter("testcase")}  # noqa: S314
    found = {one.get("name"): one.get("value") for one in cases["broken"].iter("property")}
    assert found == {"method": "GET", "url": f"{project.server.url}/broken", "status": "500"}
    assert (cases["broken"].get("file"), cases["broken"].get("line")) == ("collections/chat.yaml", "11")
    failure = cases["broken"].find("failure")
    assert failure is not None
    assert failure.get("message") == "status expected 200 got 500"
    assert "expected  200" in (failure.text or "")


def test_rows_are_items(project: Project) -> None:
    text = "data: [{{WORD: a}}, {{WORD: 'x::y'}}]\nrequests:\n- {{name: say, url: '{url}/<<WORD>>'}}\n"
    project.write("rows.yaml", text)
    out, code, sent = project.pytest("rows.yaml", "--co", "-q")
    assert out.splitlines()[:2] == ["rows.yaml::say[1 WORD=a]", "rows.yaml::say[2 WORD=x: :y]"]
    assert project.pytest("rows.yaml::say[2 WORD=x: :y]")[2] == ["/x::y"]
    assert project.pytest("rows.yaml", "-v")[1:] == (0, ["/a", "/x::y"])
    assert (code, sent) == (0, [])


FOREIGN: Final = {
    "k8s.yaml": "kind: Pod\nspec:\n  containers:\n  - resources:\n      requests: {cpu: 1}\n      url: x\n",
    "docker-compose.yml": "services: {web: {image: nginx}}\n",
    "broken.yaml": "requests: [\nno: {\n",
    "several.yaml": "---\nrequests:\n- url: http://h.example/\n---\nb: 2\n",
    "openapi.yaml": "openapi: 3.1.0\npaths: {/requests: {get: {}}}\n",
    "words.yaml": "requests: [one, two]\n",
    "limits.yaml": "requests: {url: 5}\n",
    "binary.yaml": "requests:\n- url: \udcff\n",
    "lists.yaml": "requests:\n- cpu: 5\n- memory: 7\n",
}


def test_the_yaml_of_others_is_left_alone(project: Project) -> None:
    for name, text in FOREIGN.items():
        (project.folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    project.write("test_py.py", "def test_one(): pass\n")
    out, code, sent = project.pytest("-v")  # no path: nothing is asked for
    assert (verdicts(out), code, sent) == (["test_one PASSED"], 0, [])
    project.write("pytest.ini", "[pytest]\ntestpaths = .\n")
    assert project.pytest()[2] == []
    out, code, _ = project.pytest(".", "-k", "not broken")
    assert code == 0, out
    assert "4 passed, 1 skipped, 1 deselected" in out
    for name in ("broken.yaml", "several.yaml", "words.yaml", "k8s.yaml"):
        out, code, _ = project.pytest(name)
        assert code == 2, out
        assert f"ERROR collecting {name}" in out
        assert "Traceback" not in out


def test_a_collection_with_a_mistake_is_no_foreign_file(project: Project) -> None:
    project.write("collections/typo.yaml", "requests:\n  - name: a\n   url: http://h.example/\n")
    out, code, sent = project.pytest("collections")
    assert (code, sent) == (2, [])
    assert "collections/typo.yaml:3:" in out
    assert "1 error in 1 file" in out
    assert "Traceback" not in out


def test_missing_variables_are_one_error_a_file(project: Project) -> None:
    project.write("a.yaml", "requests:\n- {{name: a, url: '{url}/<<NIX>>'}}\n- {{name: b, url: '{url}/<<NOX>>'}}\n")
    out, code, sent = project.pytest("a.yaml")
    assert (code, sent) == (2, [])
    assert "a.yaml:2:" in out
    assert "NIX has no value" in out
    assert "NOX has no value" in out
    assert "1 error in" in out.splitlines()[-1]
    assert project.pytest("a.yaml", "--runner-var", "NIX=1", "--runner-var", "NOX=2")[1:] == (0, ["/1", "/2"])
    project.write(".env.stage", "NIX=3\nNOX=4\n")
    assert project.pytest("a.yaml", "--runner-env", "stage")[1:] == (0, ["/3", "/4"])
    out, code, _ = project.pytest("a.yaml", "--runner-timeout", "soon", "--runner-env", "stage")
    assert code == 2
    assert "--runner-timeout: this is not a duration" in out


def test_a_root_further_up(project: Project) -> None:
    project.write("api/a.yaml", "requests:\n- {{name: a, url: '{url}/a', file: ../common/body.txt}}\n")
    project.write("common/body.txt", "x")
    out, code, sent = project.pytest("api/a.yaml")
    assert (code, sent) == (2, [])
    assert "leaves the collection's folder" in out
    assert project.pytest("api/a.yaml", "--runner-root", ".")[1:] == (0, ["/a"])
    out, code, _ = project.pytest("api/a.yaml", "--runner-root", "common")
    assert code == 2
    assert "--runner-root: api/a.yaml is not below" in out


def test_settings_name_what_is_collected_without_a_path(project: Project) -> None:
    project.write("tests/test_py.py", "def test_one(): pass\n")
    project.write("single.yaml", "requests:\n- {{name: a, url: '{url}/a'}}\n")
    ini = "[pytest]\ntestpaths = tests\nrunner_paths = {}\n"
    for paths, sent in {"single.yaml": ["/a"], "*.yaml": ["/a"], "collections": ["/prepare"]}.items():
        (project.folder / "pytest.ini").write_text(ini.format(paths), encoding="utf-8")
        out, _, got = project.pytest("-v")
        assert got[: len(sent)] == sent, out
        assert out.count("tests/test_py.py::test_one PASSED") == 1
        assert out.count("::last PASSED") <= 1
    assert project.pytest("tests")[2] == []
    (project.folder / "pytest.ini").write_text(ini.format("nix.yaml"), encoding="utf-8")
    out, code, _ = project.pytest()
    assert code == 4
    assert "runner_paths: there is no nix.yaml" in out


def test_mock_sends_nothing_to_the_server(project: Project) -> None:
    text = "requests:\n- {{name: a, url: '{url}/a', examples: [{{json: {{x: 1}}}}], expect: {{json: {{$.x: 1}}}}}}\n"
    project.write("a.yaml", text)
    assert project.pytest("a.yaml", "--runner-mock")[1:] == (0, [])


def test_what_fails_around_the_items_is_told(project: Project) -> None:
    text = """\
setup: [{{name: prepare, url: '{url}/{first}'}}]
requests: [{{name: a, url: '{url}/a'}}, {{name: b, url: '{url}/b'}}]
teardown: [{{name: clean, url: '{url}/{last}'}}]
"""
    project.write("a.yaml", text, first="broken", last="clean")
    out, code, sent = project.pytest("a.yaml", "-v")
    assert (verdicts(out), code, sent) == (["a FAILED", "b FAILED"], 1, ["/broken", "/clean"])
    assert '"prepare" of setup failed' in out
    assert "a.yaml:1  status" in out
    project.write("a.yaml", text, first="fine", last="broken")
    out, code, sent = project.pytest("a.yaml", "-v")
    assert (verdicts(out), code) == (["a PASSED", "b PASSED", "b ERROR"], 1)
    assert "a.yaml:3  status" in out
    assert sent == ["/fine", "/a", "/b", "/broken"]


def test_a_needed_request_that_fails_unselected_is_no_silent_skip(project: Project) -> None:
    text = "requests: [{{name: a, url: '{url}/broken', capture: {{x: $.id}}}}, {{name: b, url: '{url}/<<x>>'}}]\n"
    project.write("a.yaml", text)
    out, code, sent = project.pytest("a.yaml::b", "-v")
    assert (verdicts(out), code, sent) == (["b FAILED"], 1, ["/broken"])
    assert 'needs "x" from "a", which failed' in out
    assert "a.yaml:1  status" in out
    assert verdicts(project.pytest("a.yaml", "-v")[0]) == ["a FAILED", "b SKIPPED"]


def test_what_is_doubtful_is_a_warning(project: Project) -> None:
    text = """\
requests:
  - name: a
    url: '{url}/cut'
    json: {{model: m, messages: []}}
  - name: b
    url: '{url}/{word}'
"""
    project.write("w.yaml", text, word="{{x}}")
    out, code, _ = project.pytest("w.yaml")
    assert code == 0
    assert "/w.yaml:6: RunnerWarning: w.yaml:6:" in out
    assert "  w.yaml:2: RunnerWarning: the answer is cut off" in out
    out, code, _ = project.pytest("w.yaml", "-W", "error")
    assert code == 2
    assert "ERROR collecting w.yaml" in out
    assert "Traceback" not in out
    assert "collecting.py" not in out


@pytest.mark.parametrize("how", ["interrupt", "exit"])
def test_an_interrupt_cleans_up(how: str, project: Project) -> None:
    if how == "exit":
        project.write("conftest.py", """\
import pytest
def pytest_runtest_logfinish(nodeid, location):
    if nodeid.endswith("introduce"): pytest.exit("enough")
""")  # fmt: skip
        out, code, sent = project.pytest("collections")
        assert code == 2, out
        assert sent == ["/prepare", "/login", "/introduce/7", "/clean"]
        return

    def slow(client: Client) -> None:
        while (request := client.read_request()) is not None:
            if "/introduce" in request.line:
                process.send_signal(signal.SIGINT)
            else:
                client.send(ok(b'{"id": 7}'))

    with serve(slow) as server:
        variable = ("--runner-var", f"BASE_URL={server.url}")
        process = subprocess.Popen(project.command("collections", *variable), cwd=project.folder, env=project.environ,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
        out, _ = process.communicate(timeout=30)
        sent = [one.line.split()[1] for one in server.arrived]
    assert process.returncode == 2, out
    assert "KeyboardInterrupt" in out
    assert len(sent) == 4, ([(one.line, one.connection) for one in server.arrived], out)
    assert sent == ["/prepare", "/login", "/introduce/7", "/clean"]


def test_the_plugin_is_found_and_can_be_turned_off(project: Project) -> None:
    """As an installed package is found; its name may not be that of one of pytest's own plugins."""
    folder = project.folder / "site/x-1.dist-info"
    folder.mkdir(parents=True)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    entry = text.partition("[project.entry-points.pytest11]\n")[2].splitlines()[0].replace('"', "")
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: x\nVersion: 1\n", encoding="utf-8")
    (folder / "entry_points.txt").write_text(f"[pytest11]\n{entry}\n", encoding="utf-8")
    del project.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
    project.environ["PYTHONPATH"] += os.pathsep + str(folder.parent)

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(command, cwd=project.folder, env=project.environ, capture_output=True, text=True,
                              check=False)  # fmt: skip

    assert "collections/chat.yaml::last" in start("collections", "--co", "-q").stdout
    off = start("collections", "--co", "-q", "-p", "no:collection-runner")
    assert (off.returncode, "::" in off.stdout) == (5, False)
    done = start(str(ROOT / "collections"), "--runner-mock", "-v")
    assert done.returncode == 0, done.stdout
    files = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line and " PASSED" in line}
    assert {Path(one).name for one in files} == {one.name for one in (ROOT / "collections").glob("*.yaml")}


def test_the_plugin_costs_nothing_where_there_are_no_collections(project: Project) -> None:
    project.write("notes.yaml", "a: 1\n")
    project.write("test_py.py", """\
import sys
def test_one():
    found = {{one for one in sys.modules if one.startswith("runner")}}
    assert found == {{"runner", "runner.pytest_plugin", "runner.plugin", "runner.plugin.asked", "runner.plugin.state",
                     "runner.registry"}}
    assert "yaml" not in sys.modules
""")  # fmt: skip
    out, code, _ = project.pytest(".", "--ignore", "collections")
    assert code == 0, out
