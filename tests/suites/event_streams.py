"""Event streams by the rules of HTML, 9.2.6: cases of our own for what browsers are tested with."""

from __future__ import annotations

from typing import Final, NamedTuple


class Case(NamedTuple):
    """``events`` are the data and the name of each event that ``body`` has; an empty name is that of a message."""

    name: str
    body: bytes
    events: tuple[tuple[str, str], ...] = ()


def unnamed(*data: str) -> tuple[tuple[str, str], ...]:
    return tuple((one, "") for one in data)


MARK: Final = b"\xef\xbb\xbf"
CASES: Final = (
    Case("nothing", b""),
    Case("a mark alone", MARK),
    Case("only line ends", b"\n\r\r\n\n\r\n"),
    Case("one event", b"data: a\n\n", unnamed("a")),
    Case("a mark before the first field", MARK + b"data: a\n\n", unnamed("a")),
    Case("two marks: the second belongs to the name", MARK * 2 + b"data: a\n\ndata: b\n\n", unnamed("b")),
    Case(
        "a mark in the middle belongs to the name", b"data: a\n\n" + MARK + b"data: b\n\ndata: c\n\n", unnamed("a", "c")
    ),
    Case("a mark after an empty line is no first one", b"\n" + MARK + b"data: a\n\ndata: b\n\n", unnamed("b")),
    Case("half a mark belongs to the name", MARK[:2] + b"data: a\n\ndata: b\n\n", unnamed("b")),
    Case("a mark in the data", b"data: " + MARK + b"a\n\n", unnamed("\ufeffa")),
    Case("LF", b"data: a\ndata: b\n\n", unnamed("a\nb")),
    Case("CR", b"data: a\rdata: b\r\r", unnamed("a\nb")),
    Case("CRLF", b"data: a\r\ndata: b\r\n\r\n", unnamed("a\nb")),
    Case("all line ends in one event", b"data: a\rdata: b\r\ndata: c\n\n", unnamed("a\nb\nc")),
    Case("CR and CRLF are two", b"data: a\r\r\n", unnamed("a")),
    Case("LF and CR are two", b"data: a\n\r", unnamed("a")),
    Case("LF and CRLF are two", b"data: a\n\r\ndata: b\n\n", unnamed("a", "b")),
    Case("CRLF is one", b"data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", unnamed("a\nb", "c")),
    Case(
        "other line ends are text",
        "data: a\u2028b\u2029c\x85d\x0be\x0cf\n\n".encode(),
        unnamed("a\u2028b\u2029c\x85d\x0be\x0cf"),
    ),
    Case("data without colon is an event with empty data", b"data\n\n", unnamed("")),
    Case("data with a colon alone is an event with empty data", b"data:\n\n", unnamed("")),
    Case("two empty lines of data are one line end", b"data\ndata\n\n", unnamed("\n")),
    Case("an empty and a full one", b"data\ndata:x\n\n", unnamed("\nx")),
    Case("three lines, the middle one empty", b"data:1\ndata\ndata:2\n\n", unnamed("1\n\n2")),
    Case("no blank behind the colon", b"data:a\n\n", unnamed("a")),
    Case("of two blanks one stays", b"data:  a\n\n", unnamed(" a")),
    Case("a tab stays", b"data:\ta\n\n", unnamed("\ta")),
    Case("blanks at the end stay", b"data: a  \n\n", unnamed("a  ")),
    Case("a blank alone is taken off", b"data: \n\n", unnamed("")),
    Case("a second colon is data", b"data: a:b: c\n\n", unnamed("a:b: c")),
    Case("a blank before the field makes another one", b" data: a\ndata: b\n\n", unnamed("b")),
    Case("a blank behind the field makes another one", b"data : a\ndata: b\n\n", unnamed("b")),
    Case("a tab behind the field makes another one", b"data\t: a\ndata: b\n\n", unnamed("b")),
    Case("fields are told by their letters", b"Data: a\nDATA: b\ndata: c\n\n", unnamed("c")),
    Case("NUL in a field makes another one", b"da\0ta: a\n\0data: b\ndata\0: c\ndata: d\n\n", unnamed("d")),
    Case("NUL in data stays", b"data: \0\n\n", unnamed("\0")),
    Case("unknown fields are passed over", b"x: 1\ny\ndata: a\nlast: 2\n\n", unnamed("a")),
    Case("comments are passed over", b":\n: x\n:data: y\ndata: a\n::\n\n", unnamed("a")),
    Case("a comment in the middle", b"data: a\n: ping\ndata: b\n\n", unnamed("a\nb")),
    Case(
        "a long comment",
        b"data: 1\r:\0\n:\r\ndata: 2\n:" + b"x" * 5000 + b"\rdata: 3\n:data: no\r\ndata: 4\n\n",
        unnamed("1\n2\n3\n4"),
    ),
    Case("a comment ends no event", b"data: a\n:\n", ()),
    Case("empty lines alone end nothing", b"\n\n\ndata: a\n\n\n\n", unnamed("a")),
    Case("what no empty line ends is lost", b"data: a\n\ndata: b", unnamed("a")),
    Case("a line end is not enough", b"data: a\n\ndata: b\n", unnamed("a")),
    Case("nor is a CR", b"data: a\r\rdata: b\r", unnamed("a")),
    Case("a name", b"event: add\ndata: a\n\n", (("a", "add"),)),
    Case("a name holds for one event", b"event: add\ndata: a\n\ndata: b\n\n", (("a", "add"), ("b", ""))),
    Case("a name behind the data", b"data: a\nevent: add\n\n", (("a", "add"),)),
    Case("of several names the last", b"event: a\ndata: x\nevent: b\n\n", (("x", "b"),)),
    Case("an empty name is none", b"event: \ndata: a\n\nevent\ndata: b\n\n", unnamed("a", "b")),
    Case("an empty name takes one back", b"event: a\nevent:\ndata: x\n\n", unnamed("x")),
    Case("a name without data is lost", b"event: add\n\ndata: a\n\n", unnamed("a")),
    Case("of a name one blank is taken off", b"event:  add\ndata: a\n\n", (("a", " add"),)),
    Case("an id", b"id: 1\ndata: a\n\n", unnamed("a")),
    Case("an id alone is no event", b"id: 1\n\nid\n\ndata: a\n\n", unnamed("a")),
    Case("an id with NUL", b"id: 1\0\ndata: a\n\nid: \0\n\ndata: b\n\n", unnamed("a", "b")),
    Case("an empty id", b"id\ndata: a\n\nid:\ndata: b\n\n", unnamed("a", "b")),
    Case("a time to connect again", b"retry: 3000\ndata: a\n\n", unnamed("a")),
    Case(
        "times that are none",
        b"retry: 3000x\nretry: -1\nretry:\nretry: 1.5\nretry: \xd9\xa1\ndata: a\n\n",
        unnamed("a"),
    ),
    Case("a time alone is no event", b"retry: 3000\n\n"),
    Case(
        "characters of two, three and four bytes",
        "data: \u00e9\u20ac\U0001f600\n\n".encode(),
        unnamed("\u00e9\u20ac\U0001f600"),
    ),
    Case("what is not UTF-8 is replaced", b"data: a\xffb\n\ndata: c\n\n", unnamed("a\ufffdb", "c")),
    Case("a character cut by the line's end", b"data: \xe2\x82\n\ndata: a\n\n", unnamed("\ufffd", "a")),
    Case("a half of a character", b"data: \xed\xa0\x80\n\n", unnamed("\ufffd\ufffd\ufffd")),
    Case("no field has letters beyond ASCII", "d\u00e4ta: a\ndata: b\n\n".encode(), unnamed("b")),
    Case("a long line", b"data: " + b"x" * 100_000 + b"\n\n", unnamed("x" * 100_000)),
    Case("many lines", b"data: x\n" * 1000 + b"\n", unnamed("\n".join("x" * 1000))),
)
