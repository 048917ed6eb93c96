from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from tests.command import Ended, Program

UNTIDY = b"requests:\n- url: http://x.test/\n  name: one\n"
TIDY = b"requests:\n  - name: one\n    url: http://x.test/\n"


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str, **environ: str) -> Ended:
    return Program(monkeypatch, folder, environ).run("format", *arguments)


def test_a_file_is_written_and_keeps_its_permissions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(UNTIDY)
    path.chmod(0o640)
    (tmp_path / "link.yaml").symlink_to("c.yaml")
    ended = run(monkeypatch, tmp_path, "link.yaml")
    assert ended.text == "formatted  link.yaml\n--- exit code 0\n"
    assert path.read_bytes() == TIDY
    assert (tmp_path / "link.yaml").is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.yaml", "link.yaml"]
    assert run(monkeypatch, tmp_path, "c.yaml").text == "--- exit code 0\n"


def test_what_is_in_order_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(TIDY)
    before = path.stat()
    assert run(monkeypatch, tmp_path, ".").code == 0
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_looking_writes_nothing(option: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(UNTIDY)
    ended = run(monkeypatch, tmp_path, "c.yaml", option)
    assert ended.code == (1 if option == "--check" else 0)
    assert "c.yaml" in ended.out
    assert (tmp_path / "c.yaml").read_bytes() == UNTIDY
    both = run(monkeypatch, tmp_path, "c.yaml", "--check", "--diff")
    assert (both.code, both.out) == (1, run(monkeypatch, tmp_path, "c.yaml", "--diff").out)
    (tmp_path / "c.yaml").write_bytes(TIDY)
    assert run(monkeypatch, tmp_path, "c.yaml", option).text == "--- exit code 0\n"


def test_a_broken_file_is_left_alone_and_the_others_are_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = b"requests:\n- url: http://x.test/\n  nmae: one\n"
    (tmp_path / "a.yaml").write_bytes(broken)
    (tmp_path / "b.yaml").write_bytes(UNTIDY)
    (tmp_path / "data.yaml").write_bytes(b"b:   [1,  2]  \n\n\n")
    ended = run(monkeypatch, tmp_path, ".")
    assert ended.code == 3
    assert ended.out == "formatted  b.yaml\n"
    assert "a.yaml:3:3" in ended.err
    assert (tmp_path / "a.yaml").read_bytes() == broken
    assert (tmp_path / "b.yaml").read_bytes() == TIDY
    assert (tmp_path / "data.yaml").read_bytes() == b"b:   [1,  2]  \n\n\n"
    assert run(monkeypatch, tmp_path, "a.yaml", "--check").code == 3


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (UNTIDY.replace(b"\n", b"\r\n"), TIDY.replace(b"\n", b"\r\n")),
        (UNTIDY.replace(b"\n", b"\r\n", 1), TIDY),
        (UNTIDY.replace(b"\n", b"\r"), TIDY),
        (TIDY.replace(b"\n", b"\r\n", 1), TIDY),
        (b"\xef\xbb\xbf" + UNTIDY, b"\xef\xbb\xbf" + TIDY),
        (UNTIDY.removesuffix(b"\n"), TIDY),
        (b"\n\n" + UNTIDY + b"\n \n", TIDY),
        (b"---\n" + UNTIDY + b"...\n", b"---\n" + TIDY + b"...\n"),
        (
            b'{"requests": [{"url": "http://x.test/", "name": "one"}]}',
            b'{"requests": [{"url": "http://x.test/", "name": "one"}]}\n',
        ),
    ],
)
def test_ends_of_lines_and_marks(given: bytes, wanted: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(given)
    shown = run(monkeypatch, tmp_path, "c.yaml", "--diff")
    assert shown.out
    assert run(monkeypatch, tmp_path, "c.yaml").code == 0
    assert (tmp_path / "c.yaml").read_bytes() == wanted


def test_standard_input_becomes_standard_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (
        'requests:\n- url: http://x.test/\n  headers: {authorization: Bearer sk-live-0123456789}\n  name: "Ω \u200b"\n'
    )
    environ = {"API_KEY": "sk-live-0123456789"}
    ended = Program(monkeypatch, tmp_path, environ, stdin=io.BytesIO(text.encode())).run("format", "-")
    assert ended.out == (
        'requests:\n  - name: "Ω \u200b"\n    url: http://x.test/\n'
        "    headers: {authorization: Bearer sk-live-0123456789}\n"
    )
    assert ended.code == 0


def test_a_difference_shows_no_secret_and_obeys_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MY_TOKEN=tok-9876543210\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(
        "requests:\n- url: http://x.test/?a=key-0123456789&b=tok-9876543210\n"
        "  headers: {authorization: Bearer written-0123456789}\n"
        "  text: 'a\u202eb\x85'\n  name: one\n",
        encoding="utf-8",
    )
    ended = run(monkeypatch, tmp_path, "c.yaml", "--diff", SHOP_KEY="key-0123456789")
    assert "***" in ended.out
    for secret in ("0123456789", "9876543210", "\u202e", "\x85", "\x1b"):
        assert secret not in ended.out
    assert "\x1b[32m+" in run(monkeypatch, tmp_path, "c.yaml", "--diff", "--color", "always").out


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be written")
def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(UNTIDY)
    tmp_path.chmod(0o500)
    ended = run(monkeypatch, tmp_path, "c.yaml")
    tmp_path.chmod(0o700)
    assert ended.code == 2
    assert "c.yaml cannot be written" in ended.err


def test_a_pipe_cannot_be_formatted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "c.yaml")
    ended = run(monkeypatch, tmp_path, "c.yaml")
    assert ended.code == 2
    assert "is no file that can be written anew" in ended.err


def test_a_word_on_the_next_line_is_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "requests:\n- name: with a bearer\n  url: http://x.test/\n  method: PUT\n"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    shown = run(monkeypatch, tmp_path, "c.yaml", "--diff").out
    assert "    url: http://x.test/" in shown
    assert "***" not in shown
