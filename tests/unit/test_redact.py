import base64
import html
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, strategies as st

from runner.engine.events import RequestFinished
from runner.messages import Exchange, Request, Response, TransportError
from runner.redact import MASK, Redactor
from runner.redact.remains import MOST_REMAINS
from runner.results import Advice, Check, RequestResult, Status
from runner.source import Diagnostic, Location, Source

PLAIN = "sk-proj-4711-abcdef"
ODD = "p/A+b\"c\\d'<&é ü😀~z"


def redactor(*values: str) -> Redactor:
    made = Redactor()
    for value in values:
        made.add(value)
    return made


FORMS: dict[str, Callable[[str], str]] = {
    "as is": lambda text: text,
    "upper": str.upper,
    "lower": str.lower,
    "json": json.dumps,
    "json unicode": lambda text: json.dumps(text, ensure_ascii=False),
    "json slash": lambda text: json.dumps(text).replace("/", "\\/"),
    "json upper hex": lambda text: json.dumps(text).replace("\\u00e9", "\\u00E9").replace("\\u00fc", "\\u00FC"),
    "json in json": lambda text: json.dumps(json.dumps(text)),
    "json html-safe": lambda text: json.dumps(text).replace("+", "\\u002B").replace("<", "\\u003c"),
    "json all escaped": lambda text: "".join(
        f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H")
    ),
    "repr": repr,
    "ascii": ascii,
    "repr of bytes": lambda text: repr(text.encode()),
    "percent": lambda text: quote(text, safe=""),
    "percent path": quote,
    "percent lower": lambda text: "".join(
        c if c.isascii() and c.isalnum() else "".join(f"%{byte:02x}" for byte in c.encode()) for c in text
    ),
    "percent plus": quote_plus,
    "percent javascript": lambda text: quote(text, safe="!'()*~"),
    "percent upper": lambda text: quote(text.upper()),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent of json": lambda text: quote(json.dumps(text)[1:-1], safe=""),
    "percent in json": lambda text: json.dumps(quote(text)).replace("%", "\\u0025"),
    "javascript": lambda text: "".join(
        f"\\x{ord(c):02x}" if c in "/+\"\\'<& ~-" else json.dumps(c)[1:-1] for c in text
    ),
    "html": html.escape,
    "html twice": lambda text: html.escape(html.escape(text)),
    "html of percent": lambda text: quote(text).replace("%", "&#37;"),
    "html decimal": lambda text: html.escape(text).replace("&#x27;", "&#39;").replace("+", "&#43;"),
    "xml": lambda text: html.escape(text).replace("&#x27;", "&apos;"),
    "html only tags": lambda text: html.escape(text, quote=False),
    "hex": lambda text: text.encode().hex(),
    "hex upper": lambda text: text.encode().hex().upper(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", [PLAIN, ODD])
def test_every_form_is_masked_and_its_neighbours_stay(form: str, secret: str) -> None:
    text = f"before {FORMS[form](secret)} after"
    masked = redactor(secret).text(text)
    assert FORMS[form](secret).strip("\"'b\\") not in masked
    assert MASK in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert len(masked) <= len("before *** after") + 6


@pytest.mark.parametrize("before", range(5))
@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_is_masked_wherever_the_secret_stands_in_it(
    before: int, after: int, encode: Callable[[bytes], bytes]
) -> None:
    code = encode(b"u" * before + PLAIN.encode() + b"v" * after).decode()
    masked = redactor(PLAIN).text(f"Basic {code}")
    assert MASK in masked
    shown = masked.removeprefix("Basic ").replace(MASK, "")
    assert len(shown) <= -(-before * 4 // 3) + -(-after * 4 // 3) + 5


def test_base64_inside_a_url_is_masked() -> None:
    secret = "???>>>~~~\u00ff"
    assert MASK in redactor(secret).text("?a=" + quote_plus(base64.b64encode(secret.encode())))


def test_short_values_are_refused() -> None:
    made = Redactor()
    assert not made.add("abc")
    assert not made.add("  a  \n")
    assert made.add("abcd")
    assert made.text("abc abcd") == "abc ***"


def test_each_long_line_of_a_value_is_masked() -> None:
    made = redactor("-----BEGIN KEY-----\nAAAABBBBCCCC\nshort\nDDDDEEEEFFFF\n")
    assert made.text("x AAAABBBBCCCC y short DDDDEEEEFFFF") == "x *** y short ***"
    assert made.text("-----BEGIN KEY-----\\nAAAABBBBCCCC\\nshort\\nDDDDEEEEFFFF") == "***"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert redactor("abcdef", "abcdefghij").text("abcdefghij abcdef") == "*** ***"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Incorrect API key provided: sk-proj-********cdef.", "Incorrect API key provided: ***."),
        ("key sk-proj-47… is wrong", "key *** is wrong"),
        ("key ...abcdef is wrong", "key *** is wrong"),
        ("nothing to see... here", "nothing to see... here"),
        ("Bearer ***", "Bearer ***"),
    ],
)
def test_what_others_cut_or_masked_in_part_is_masked_whole(text: str, masked: str) -> None:
    assert redactor(PLAIN).text(text) == masked


@pytest.mark.parametrize("cut", ["**", "***", "…", "...", "....."])
@pytest.mark.parametrize("escaped", ["{}", "&#x73;{}", "%73{}", "\\u0073{}", "&#115;{}"])
def test_bytes_are_masked_as_the_same_text_is(cut: str, escaped: str) -> None:
    """Whatever marks what an escaped or a cut secret may be in: a body is looked at if any of it is there."""
    for rest in (PLAIN[1:], f"{PLAIN[1:12]}{cut}"):
        text = f"before {escaped.format(PLAIN[0] + rest if escaped == '{}' else rest)} after"
        masked = redactor(PLAIN).data(text.encode())
        assert masked == redactor(PLAIN).text(text).encode() == b"before *** after"


def test_a_text_with_too_many_beginnings_of_a_secret_is_masked_whole() -> None:
    begins = PLAIN[:5]
    made = redactor(PLAIN)
    some, many = (f"{begins} " * count + f"{begins}..." for count in (MOST_REMAINS // 4, MOST_REMAINS + 1))
    assert made.text(some) == f"{begins} " * (MOST_REMAINS // 4) + MASK
    assert made.text(many) == MASK


def test_other_escapes_stay_as_they_are() -> None:
    body = '{"a": "\\u00e9 \\u002b %41 &#43;", "k": "p\\u002fq\\u002brs"}'
    assert redactor("p/q+rs").text(body) == '{"a": "\\u00e9 \\u002b %41 &#43;", "k": "***"}'


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252"])
def test_bytes_are_masked_in_any_encoding_and_stay_decodable(codec: str) -> None:
    data = redactor("schlüssel").data("x schlüssel ÿ".encode(codec))
    assert data.decode(codec).lstrip("\ufeff") == "x *** ÿ"


def test_bytes_that_are_no_text_survive() -> None:
    data = bytes(range(256))
    assert redactor(PLAIN).data(data) is data
    assert redactor(PLAIN).data(data + PLAIN.encode() + data) == data + b"***" + data


def test_what_holds_no_secret_is_handed_back_as_it_is() -> None:
    value = (["a", {"b": ("c", b"defg")}], Check("status", passed=True), Location("file.yaml", 3))
    assert redactor(PLAIN).redact(value) is value
    text = "no secret in here"
    assert redactor(PLAIN).text(text) is text
    assert Redactor().redact(value) is value


def test_secrets_added_while_running_count_from_then_on() -> None:
    made = redactor(PLAIN)
    assert made.text("token-of-login") == "token-of-login"
    made.add("token-of-login")
    assert made.text("token-of-login") == "***"


@dataclass(frozen=True)
class Holder:
    mapping: dict[str, object]
    items: list[object] = field(default_factory=list)
    kind: Status = Status.PASS
    path: Path = Path("x")


def test_all_that_an_event_holds_is_masked() -> None:
    request = Request("POST", f"https://x/?k={PLAIN}", (("x-key", PLAIN),), PLAIN.encode())
    response = Response(401, (("x-echo", PLAIN),), f'{{"e": "{PLAIN}"}}'.encode(), f"https://x/{PLAIN}")
    assert PLAIN in response.text  # cached in the object that is masked below
    assert response.document.value == {"e": PLAIN}
    error = TransportError("dns", f"no host {PLAIN}", f"hint {PLAIN}")
    result = RequestResult(
        name=f"name {PLAIN}",
        status=Status.FAIL,
        location=Location(f"{PLAIN}.yaml", 3, 4),
        target=f"/{PLAIN}",
        checks=(Check("status", passed=False, expected=PLAIN, got=PLAIN, note=PLAIN),),
        error=error,
        advice=Advice(PLAIN, PLAIN),
        reason=PLAIN,
        exchange=Exchange(request, response, error, 0.0, 1.0),
    )
    event = redactor(PLAIN).redact(RequestFinished(1, result))
    assert PLAIN not in repr(event)
    assert event.result.status is Status.FAIL
    assert event.result.location == Location("***.yaml", 3, 4)
    exchange = event.result.exchange
    assert exchange is not None
    assert exchange.response is not None
    assert PLAIN not in exchange.response.text
    assert exchange.response.document.value == {"e": "***"}


def test_mappings_lists_and_paths() -> None:
    holder = Holder({PLAIN: [PLAIN, 1, None, True, 1.5]}, [PLAIN], path=Path("y"))
    assert redactor(PLAIN).redact(holder) == Holder({"***": ["***", 1, None, True, 1.5]}, ["***"], path=Path("y"))


def test_sources_are_left_alone() -> None:
    source = Source("file.yaml", PLAIN)
    assert redactor(PLAIN).redact(Diagnostic("rule", PLAIN, source=source)) == Diagnostic("rule", MASK, source=source)


def test_a_listener_hears_masked_events() -> None:
    heard: list[Check] = []
    redactor(PLAIN).listener(heard.append)(Check("status", passed=False, got=PLAIN))
    assert heard == [Check("status", passed=False, got="***")]


@given(st.text(min_size=4, max_size=30).filter(lambda text: len(text.strip()) >= 4 and "*" not in text))
def test_any_secret_is_masked_in_the_usual_encodings(secret: str) -> None:
    made = redactor(secret)
    forms = [secret, json.dumps(secret), repr(secret), html.escape(secret)]
    forms += [] if any("\ud800" <= c <= "\udfff" for c in secret) else [quote(secret), secret.encode().hex()]
    for form in forms:
        assert MASK in made.text(f"<{form}>")


def test_hostile_bodies_take_no_time() -> None:
    made = redactor(PLAIN, ODD)
    nested = ("%25" * 100_000 + PLAIN, "&amp;#37;" * 40_000, "\\\\x5c" * 60_000, "%26amp%3B" * 40_000)
    for body in (*nested, "\\" * 300_000, "sk-p..." * 50_000, "%41" * 100_000 + PLAIN, "&#4" * 100_000, "*" * 300_000):
        assert PLAIN not in made.text(body)


def test_a_byte_of_the_environment_that_is_no_utf8_is_masked_as_that_byte() -> None:
    redactor = Redactor()
    redactor.add(b"sec\xffret-abc".decode("utf-8", "surrogateescape"))
    assert redactor.data(b"a sec\xffret-abc b") == b"a *** b"


def test_many_beginnings_of_a_long_secret_before_many_cuts_take_no_time() -> None:
    """A server knows what it was sent."""
    made = redactor("eyJh" + "0123456789" * 300)
    text = "eyJh" * 400 + "x...x" * 4000
    assert made.text(text * 3) == text * 3
    assert made.text(f"{text}eyJh0123...x") == f"{text}***x"


def test_a_beginning_within_what_looks_like_half_an_escape_is_masked() -> None:
    made = redactor("bbaabbaaabab")
    assert made.text("%&#xbbaab**x") == "%&#x***x"
    assert made.text("bbaabb&#x4** x") == "*** x"


def test_other_escapes_stay_where_a_secret_is_escaped_twice() -> None:
    made = redactor("ab+cd/ef==gh")
    text = "/login?next=%2Fitems%3Fkey%3Dab%252Bcd%252Fef%253D%253Dgh%26page%3D%252B1&key=ab%2bcd/ef%3D%3Dgh"
    assert made.text(text) == "/login?next=%2Fitems%3Fkey%3D***%26page%3D%252B1&key=***"
    assert made.text("a %252B b") == "a %252B b"


@pytest.mark.parametrize("secret", ["key<b6tKT\u00e9XdG%8Ajt1m", "a&amp;b<c\u00e9%41d", "p\\u0041b<\u00e9-q"])
def test_a_secret_with_what_looks_like_an_escape_is_masked_where_others_are_written_in_two_ways(secret: str) -> None:
    """A body is masked as it came; once its JSON is read one of the two is gone."""
    text = secret.replace("<", "\\u003c").replace("\u00e9", "&#233;")
    assert redactor(secret).text(f"[{text}]") == f"[{MASK}]"
    assert redactor(secret, *(f"other-{number}" for number in range(9))).text(f"[{text}]") == f"[{MASK}]"
    assert redactor("%41%42").text("A%42 AB") == "A%42 AB"
