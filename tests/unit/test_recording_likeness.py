"""Which recorded exchange a request is, and how one that is none of them differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.messages import Headers, Request, Response
from runner.recording.entry import Entry, Owner, Recording
from runner.recording.har import har_text
from runner.recording.hiding import Hider
from runner.recording.likeness import compare, fits_url, spells, taken
from runner.recording.reading import read_recording
from runner.recording.shelf import Shelf
from runner.redact import Redactor
from runner.variables.template import parse_template

AS_JSON: Headers = (("Content-Type", "application/json"),)
AS_FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)
GUID = "2c1743a3-91fc-4a5b-a0a3-5a6a4c2b9f10"
OTHER = "d3addccb-2c33-4e0a-879d-679346d4ac7a"


def post(value: object, url: str = "http://a.test/x") -> Request:
    return Request("POST", url, AS_JSON, json.dumps(value).encode())


def differing(recorded: Request, sent: Request, marks: Mapping[str, str] | None = None) -> list[str]:
    entry = Entry(recorded, 0.0, marks=marks or {})
    return [one.place for one in compare(entry, taken(recorded), taken(sent)).differences]


@pytest.mark.parametrize(
    ("recorded", "sent", "places"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1, "b": [1, {"c": None}]}, {"b": [1, {"c": None}], "a": 1}, []),
        ({"a": 1}, {"a": "1"}, ["body $.a"]),
        ({"a": 1}, {"a": True}, ["body $.a"]),
        ({"a": [1, 2]}, {"a": [1]}, ["body $.a[1]"]),
        ({"a": [1]}, {"a": [1, 2]}, ["body $.a[1]"]),
        ({"a b": {"c": 1}}, {"a b": {"c": 2, "d": 1}}, ["body $['a b'].c", "body $['a b'].d"]),
        ({"a": 1}, [1], ["body $"]),
        ({"a": "x ***"}, {"a": "x secret"}, []),
        ({"a": "x ***"}, {"a": "y secret"}, ["body $.a"]),
        ({"a": "***"}, {"a": 48151623}, []),
        ({"a": "***"}, {"a": {"b": 1}}, ["body $.a"]),
    ],
)
def test_json_is_compared_value_by_value(recorded: object, sent: object, places: list[str]) -> None:
    assert differing(post(recorded), post(sent)) == places


@pytest.mark.parametrize(
    ("mark", "then", "now", "fits"),
    [
        ("<<$guid>>", GUID, OTHER, True),
        ("<<$guid>>", GUID, "no guid", False),
        ("id <<$guid>>!", f"id {GUID}!", f"id {OTHER}!", True),
        ("id <<$guid>>!", f"id {GUID}!", f"id {OTHER}?", False),
        ("<<$guid|upper>>", GUID.upper(), OTHER.upper(), True),
        ("<<$timestamp>>", 1700000000, 1800000000, True),
        ("<<$timestamp>>", 1700000000, 17, False),
        ("<<$isoTimestamp>>", "2026-01-01T00:00:00.000Z", "2027-12-01T10:00:00.123Z", True),
        ("<<$randomInt>>", 5, 812, True),
        ("<<$randomHex>>", "0123456789abcdef", "xyz", False),
        ("<<token>>", "***", "anything", True),
        ("<<history>>", [1], [1, 2], True),
        ("a <<x>> b <<y>> c", "a 1 b 2 c", "a 3 b 4 c", True),
        ("a <<x>> b <<y>> c", "a 1 b 2 c", "a 3 4 c", False),
        (r"\<<x>> <<y>>", "<<x>> 1", "<<x>> 2", True),
        (r"\<<x>> <<y>>", "<<x>> 1", "<<z>> 2", False),
        ("<<$guid>>", GUID, {"a": 1}, False),
        ("<<$randomInt>>", 5, "812", False),
        ("<<$randomInt>>", "***", 812, True),
        ("<<$randomInt>> of <<$randomInt>>", "1 of 2", "33 of 44", True),
        ("<<$randomInt>> of <<$randomInt>>", "1 of 2", "one of two", False),
        ("n <<$randomInt>> of <<SECRET>>!", "n 1 of ***!", "n 22 of it!", True),
        ("n <<$randomInt>> of <<SECRET>>!", "n 1 of ***!", "n ten of it!", False),
        ("<<SECRET>>: <<$randomInt>>", "***: 7", "a: b: 12", True),
        ("<<SECRET>>: <<$randomInt>>", "***: 7", "a: b: c", False),
        ("<<a>>-<<$randomHex>>-<<b>>", "1-0123456789abcdef-2", "x-0123456789abcdee-y", True),
        ("<<a>>-<<$randomHex>>-<<b>>", "1-0123456789abcdef-2", "x-0123456789-y", False),
    ],
)
def test_marked_values_fit_by_what_they_are(mark: str, then: object, now: object, fits: bool) -> None:
    marks = {"body $.v": mark}
    assert (differing(post({"v": then}), post({"v": now}), marks) == []) is fits


@pytest.mark.parametrize(
    ("mark", "then", "now", "fits"),
    [
        ("", "http://a.test/x", "http://b.test/x", False),
        ("<<BASE>>/x", "http://a.test/x", "https://b.test:8/x", True),
        ("<<BASE>>/x", "http://a.test/v1/x", "https://b.test:8/v1/x", True),
        ("<<BASE>>/x", "http://a.test/v1/x", "https://b.test:8/x", False),
        ("<<BASE>>/x", "http://a.test/x", "http://a.test/admin/x", False),
        ("<<BASE>>/x/<<id>>", "http://a.test/x/1", "http://b.test/x/2", True),
        ("<<BASE>>/x/<<id>>", "http://a.test/x/1", "http://b.test/x/2/all", False),
        ("http://a.test/x/<<id>>", "http://a.test/x/1", "http://a.test/x/2", True),
        ("http://a.test/x/<<id>>", "http://a.test/x/1", "http://b.test/x/2", False),
        ("http://a.test/x/<<$guid>>", f"http://a.test/x/{GUID}", f"http://a.test/x/{OTHER}", True),
        ("http://a.test/x/<<$guid>>", f"http://a.test/x/{GUID}", "http://a.test/x/all", False),
        ("", "http://a.test/x/***", "http://a.test/x/key", True),
        ("", "http://a.test/x/***", "http://a.test/x/1/delete", False),
        ("http://a.test/ü/<<id>>", "http://a.test/%C3%BC/1", "http://a.test/%C3%BC/2", True),
    ],
)
def test_addresses(mark: str, then: str, now: str, fits: bool) -> None:
    marks = {"url": mark} if mark else {}
    assert (differing(Request("GET", then), Request("GET", now), marks) == []) is fits


def test_a_server_may_be_anywhere_for_the_mock() -> None:
    for mark in ("", "http://a.test/x/<<id>>", "<<BASE>>/x/<<id>>"):
        entry = Entry(Request("GET", "http://a.test/x/1"), 0.0, marks={"url": mark} if mark else {})
        now = Request("GET", "http://127.0.0.1:99/x/" + ("2" if mark else "1"))
        assert not compare(entry, taken(entry.request), taken(now), anywhere=True).differences
        other = Request("GET", "http://127.0.0.1:99/y/1")
        assert compare(entry, taken(entry.request), taken(other), anywhere=True).differences


def test_query_and_form_are_compared_by_name() -> None:
    url = "http://a.test/?a=1&b=2&a=3"
    assert differing(Request("GET", url), Request("GET", "http://a.test/?b=2&a=1&a=3")) == []
    assert differing(Request("GET", url), Request("GET", "http://a.test/?b=2&a=3&a=1")) == ["query a", "query a"]
    assert differing(Request("GET", url), Request("GET", "http://a.test/?b=2&a=1&a=3&c=")) == ["query c"]
    then, now = (Request("POST", "http://a.test/", AS_FORM, body) for body in (b"a=1&p=***", b"p=secret&a=2"))
    assert differing(then, now) == ["body field a"]


def test_a_body_that_is_no_json_is_text() -> None:
    then, now = (Request("POST", "http://a.test/", (), body) for body in (b"x *** y", b"x 1 y"))
    assert differing(then, now) == []
    assert differing(then, Request("POST", "http://a.test/", (), b"x 1 z")) == ["body"]
    assert differing(then, Request("POST", "http://a.test/")) == ["body"]
    assert differing(Request("GET", "http://a.test/"), now) == ["method", "body"]


@pytest.mark.parametrize(
    ("mark", "then", "now", "fits"),
    [
        ("", "one\n***\ntwo", "one\n***\ntwo", True),
        ("", "one\n***\ntwo", "one\nand all else\ntwo", False),
        ("", "*** is my-secret", "*** is another", True),
        ("n <<$randomInt>> ***", "n 1 ***", "n 2 ***", True),
        ("n <<$randomInt>> ***", "n 1 ***", "n 2 and all else", False),
    ],
)
def test_asterisks_that_were_sent_are_no_mask(tmp_path: Path, mark: str, then: str, now: str, fits: bool) -> None:
    redactor = Redactor()
    redactor.add("my-secret")
    request = post({"list": [then], "key": "my-secret"}, "http://a.test/x?q=***")
    kept = Hider(redactor).entry(Entry(request, 0.0, marks={"body $.list[0]": mark} if mark else {}))
    (tmp_path / "a.har").write_bytes(har_text([kept]))
    (entry,) = read_recording(tmp_path / "a.har", "a.har").entries
    sent = post({"list": [now], "key": "other"}, "http://a.test/x?q=***")
    assert (not compare(entry, taken(entry.request), taken(sent)).differences) is fits
    assert (
        compare(entry, taken(entry.request), taken(post({}, "http://a.test/x?q=1"))).differences[0].place == "query q"
    )


PARTS: Headers = (("Content-Type", "multipart/form-data; boundary=x"),)
PART = b'--x\r\nContent-Disposition: form-data; name="a"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n--x%s'


@pytest.mark.parametrize(
    ("headers", "then", "now"),
    [
        ((("Content-Type", "application/octet-stream"),), b"\xff\x01", b"\xfe\x01"),
        ((("Content-Type", "text/plain; charset=ascii"),), "é".encode(), "è".encode()),
        ((), b"\xef\xbb\xbfa", b"a"),
        (PARTS, b"one", b"two"),
        (PARTS, PART % (b"f", b"t/t", b"1", b""), PART % (b"f", b"t/t", b"2", b"")),
        (PARTS, PART % (b"f", b"t/t", b"1", b"--\r\n"), PART % (b"f", b"t/t", b"2", b"--\r\n")),
        (PARTS, PART % (b"f", b"t/t", b"1", b"--\r\n"), PART % (b"g", b"t/t", b"1", b"--\r\n")),
        (PARTS, PART % (b"f", b"t/t", b"1", b"--\r\n"), PART % (b"f", b"t/u", b"1", b"--\r\n")),
        (AS_FORM, b"a=%ff", b"a=%fe"),
    ],
    ids=["bytes", "charset", "mark", "no-part", "not-closed", "part", "file-name", "part-type", "form"],
)
def test_other_bytes_are_another_request(headers: Headers, then: bytes, now: bytes) -> None:
    one, other = Request("POST", "http://a.test", headers, then), Request("POST", "http://a.test", headers, now)
    assert not differing(one, one)
    assert len(differing(one, other)) == 1
    entries = (Entry(one, 0.0, response=Response(200, (), b"", "")),)
    Shelf(Recording("a.har", entries)).take(other).hint.encode()


def test_words_are_found_in_their_order() -> None:
    parts = parse_template("a<<x>>b<<y>>a")
    assert spells(parts, "a1b2a")
    assert not spells(parts, "a")
    assert not spells(parts, "a12a")
    assert fits_url("<<B>>/x", "https://h/y/x")
    assert not fits_url("<<B>>/x", "https://h/y/xy")


def exchange(request: Request, name: str, status: int = 200) -> Entry:
    return Entry(request, 0.0, response=Response(status, (), b"", request.url), owner=Owner(request=name))


def test_each_exchange_answers_once_and_in_order() -> None:
    one, two = (exchange(post({"a": 1}), "a", status) for status in (503, 200))
    shelf = Shelf(Recording("r.har", (one, two)))
    assert [shelf.take(post({"a": 1})).entry for _ in range(3)] == [one, two, None]
    assert "sent 2 times" in shelf.take(post({"a": 1})).message
    assert not shelf.left()


def test_what_is_equal_comes_before_what_only_fits() -> None:
    marks = {"body $.a": "<<$guid>>"}
    one, two = (exchange(post({"a": id_}), "a")._replace(marks=marks) for id_ in (GUID, OTHER))
    shelf = Shelf(Recording("r.har", (one, two)))
    assert shelf.take(post({"a": OTHER})).entry == two
    assert shelf.take(post({"a": OTHER})).entry == one


def test_a_request_does_not_take_what_belongs_to_another() -> None:
    one, two = exchange(post({"a": 1}), "one"), exchange(post({"a": 1}), "two")
    shelf = Shelf(Recording("r.har", (one, two)))
    assert shelf.take(post({"a": 1}), Owner(request="two")).entry == two
    assert shelf.take(post({"a": 1}), Owner(request="two")).entry is None
    assert shelf.take(post({"a": 1}), Owner(request="renamed")).entry == one


def test_the_mock_gives_the_last_answer_again() -> None:
    one, two = (exchange(post({"a": 1}), "a", status) for status in (503, 200))
    shelf = Shelf(Recording("r.har", (one, two)), again=True)
    assert [shelf.take(post({"a": 1})).entry for _ in range(4)] == [one, two, two, two]


def test_the_nearest_is_told_with_its_differences() -> None:
    entries = (exchange(post({"a": 1, "b": 2}), "far"), exchange(post({"a": 3, "b": 2}), "near"))
    found = Shelf(Recording("r.har", entries)).take(post({"a": 4, "b": 2}))
    assert found.entry is None
    assert "r.har has no answer to POST http://a.test/x." in found.message
    assert '("far")' in found.hint
    assert "body $.a is 4 now, 1 then" in found.hint
    nothing = Shelf(Recording("r.har", entries)).take(Request("GET", "http://b.test/"))
    assert "Nothing in it is like it" in nothing.hint
