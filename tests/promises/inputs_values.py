"""Placeholders, what variables bring into requests, regular expressions and paths that are made to run away."""

from __future__ import annotations

from typing import Final, Unpack

from runner.errors import ExitCode
from tests.promises.inputs import ENV, RUN, Case, Group, Input, asking, collection


def doubling(pattern: str, last: str, steps: int = 40) -> str:
    """Variables, each of which has the one after it twice."""
    lines = "".join(f"  V{step}: {pattern.replace('NEXT', f'<<V{step + 1}>>')}\n" for step in range(steps))
    return f"variables:\n{lines}  V{steps}: {last}\n"


def using(top: str, value: str = "<<V0>>") -> str:
    return asking(f"    json: {{a: {value}}}\n", top)


def sent(name: str, said: str, text: str, **case: Unpack[Case]) -> Input:
    """A collection that is run, and does not come to send."""
    return Input(name, said, arguments=RUN, files=collection(text))._replace(**case)


def with_value(name: str, said: str, line: str, value: str, **case: Unpack[Case]) -> Input:
    """A request with ``line``, in which ``<<X>>`` has this value from the command line."""
    return Input(name, said, ExitCode.INVALID, collection(asking(line)), (*RUN, "--var", f"X={value}"))._replace(**case)


def chained(steps: int) -> str:
    lines = "".join(f"  V{step}: <<V{step + 1}>>\n" for step in range(steps))
    return f"variables:\n{lines}  V{steps}: end\n"


GROWING: Final = (
    sent("a text that doubles 40 times", "this grows to more than 20 MB", using(doubling("NEXTNEXT", "x"))),
    sent(
        "a list that doubles 40 times", "this grows to more than 2,000,000 values", using(doubling("[NEXT, NEXT]", "x"))
    ),
    sent(
        "a mapping that doubles 40 times",
        "this grows to more than 2,000,000 values",
        using(doubling("{a: NEXT, b: NEXT}", "x")),
    ),
    sent(
        "a list that doubles 15 times, sent",
        "1 passed",
        using(doubling("[NEXT, NEXT]", "x", 15)),
        code=ExitCode.OK,
        sent=1,
    ),
    sent(
        "a secret list that doubles 25 times",
        "this grows to more than 2,000,000 values",
        using(doubling("[NEXT, NEXT]", "x", 25).replace("V", "KEY_"), "<<KEY_0>>"),
    ),
    sent("keys that double 40 times", "this grows to more than 20 MB", using(doubling('{"NEXT": NEXT}', "x"))),
    sent(
        "a list within text that doubles 40 times",
        "this grows to more than 20 MB",
        using(doubling('["aNEXT", "NEXTb"]', "x")),
    ),
    sent(
        "rows that double a list 25 times",
        "this grows to more than 2,000,000 values",
        "data: [{ROW: 1}, {ROW: 2}]\n" + using(doubling("[NEXT, NEXT]", "<<ROW>>", 25)),
    ),
    Input(
        "a list that doubles 40 times, looked up",
        "c.yaml SERVER http://127.0.0.1:",
        files=collection(using(doubling("[NEXT, NEXT]", "x"))),
        arguments=ENV,
    ),
    Input(
        "a list that doubles 40 times, counted",
        "this grows to more than 2,000,000 values",
        files=collection(using(doubling("[NEXT, NEXT]", "x"))),
        arguments=("tokens", "c.yaml"),
    ),
    sent(
        "an expectation that doubles 40 times",
        "this grows to more than 2,000,000 values",
        asking("    expect: {json: {$.a: <<V0>>}}\n", doubling("[NEXT, NEXT]", "x")),
    ),
    sent(
        "a variable of itself",
        "variables refer to each other in a circle: A → A",
        using("variables: {A: <<A>>}\n", "<<A>>"),
    ),
    sent("10,000 variables, each of the next", "too many variables lead to this one", using(chained(10_000))),
    sent(
        "base64 of base64, fifty times",
        "this grows to more than 20 MB",
        using("variables: {A: hello}\n", "<<A" + "|base64" * 70 + ">>"),
    ),
    sent(
        "JSON out of 10 MB of brackets",
        "<<V0|json>>: the value does not go through |json: it is not JSON: it has more values than",
        using(doubling("'NEXTNEXT'", "'['", 23), "<<V0|json>>"),
    ),
    sent(
        "upper case that grows",
        "this grows to more than 20 MB",
        using(doubling("NEXTNEXT", "\u0390", 23), "<<V0" + "|upper|lower" * 3 + ">>"),
    ),
    sent(
        "placeholders in placeholders, 10,000 deep",
        "<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<A<<",
        using("", '"' + "<<A" * 10_000 + ">>" * 10_000 + '"'),
    ),
    sent(
        "5 MB of opened placeholders",
        "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<< is opened and never closed",
        using("", '"' + "<<" * 2_500_000 + '"'),
    ),
    sent("50,000 placeholders without a value", "AB has no value", using("", '"' + "<<AB>>" * 50_000 + '"')),
    sent("a dynamic value that nobody knows", "there is no dynamic value $x", using("", "<<$x>>")),
    sent(
        "a placeholder of Python",
        "<<__import__('os').system('touch made')>> is not a placeholder",
        using("", "\"<<__import__('os').system('touch made')>>\""),
    ),
    sent(
        "a template of other tools",
        "1 passed",
        using("", '"{{7*7}} ${jndi:ldap://127.0.0.1/a} <%= 7*7 %> #{7*7} %s %n {0.__class__}"'),
        code=ExitCode.OK,
        sent=1,
    ),
)

PLACES: Final = (
    with_value(
        "a line break in a path",
        "the URL holds a control character",
        "",
        "a\r\nX-Forged: 1",
        files=collection(asking().replace("/ask", "/<<X>>")),
    ),
    with_value(
        "a line break in a header",
        "a header's value is one line",
        "    headers: {X-A: <<X>>}\n",
        "a\r\nX-Forged: 1",
        files=collection(asking().replace("{Authorization", "{X-A: <<X>>, Authorization")),
    ),
    with_value(
        "a line break in the name of a header",
        '"A: b C" cannot be the name of a header',
        "",
        "A: b\r\nC",
        files=collection(asking().replace("{Authorization", "{<<X>>: a, Authorization")),
    ),
    with_value(
        "a header that is no Latin-1",
        "The value of the header X-A holds characters that HTTP cannot carry. Headers carry Latin letters only: encode",
        "",
        "\u4f60\u597d",
        files=collection(asking().replace("{Authorization", "{X-A: <<X>>, Authorization")),
        code=ExitCode.NO_RESPONSE,
    ),
    with_value(
        "a second length by a header",
        "The header Content-Length is not the length of the body. Leave it out: it is added by itself.",
        "",
        "5",
        files=collection(asking().replace("{Authorization", "{Content-Length: <<X>>, Authorization")),
        code=ExitCode.NO_RESPONSE,
    ),
    with_value(
        "another framing by a header",
        "The header Transfer-Encoding cannot be set. Leave it out: Content-Length is added by itself.",
        "",
        "chunked",
        files=collection(asking().replace("{Authorization", "{Transfer-Encoding: <<X>>, Authorization")),
        code=ExitCode.NO_RESPONSE,
    ),
    with_value(
        "a line break in a cookie",
        "the value of a cookie holds no semicolon and no line break",
        "    cookies: {a: <<X>>}\n",
        "b\r\nX-Forged: 1",
    ),
    with_value(
        "a semicolon in the name of a cookie",
        '"a; c" cannot be the name of a cookie',
        "    cookies: {<<X>>: b}\n",
        "a; c",
    ),
    with_value(
        "a line break in the name of a file in multipart",
        "1 passed",
        '    multipart: {f: {file: a.txt, filename: "<<X>>"}}\n',
        'a"\r\nX-Forged: 1',
        files=collection(asking('    multipart: {f: {file: a.txt, filename: "<<X>>"}}\n'), a__txt="a"),
        code=ExitCode.OK,
        sent=1,
    ),
    with_value(
        "a line break in the type of a part",
        "this is not a media type",
        "",
        "text/plain\r\nX-Forged: 1",
        files=collection(asking('    multipart: {f: {file: a.txt, type: "<<X>>"}}\n'), a__txt="a"),
    ),
    with_value(
        "a line break in the method",
        "this is not an HTTP method",
        "    method: <<X>>\n",
        "GET / HTTP/1.1\r\nX: 1\r\n\r\nGET",
    ),
    with_value(
        "another host by an at sign",
        "a URL does not carry a user name and password here",
        "",
        "@127.0.0.2:1",
        files=collection(asking().replace("<<SERVER>>/ask", "<<SERVER>><<X>>/ask")),
    ),
    with_value(
        "another scheme",
        '"file:///etc/passwd" is not a URL that can be sent to',
        "",
        "file:///etc/passwd",
        files=collection(asking().replace("<<SERVER>>/ask", "<<X>>")),
    ),
    with_value(
        "a name of 10,000 characters",
        "The host in the URL is not a name that can be looked up. A URL looks like https://host:port/path?query.",
        "",
        "http://" + "a" * 10_000 + "/",
        files=collection(asking().replace("<<SERVER>>/ask", "<<X>>")),
        code=ExitCode.NO_RESPONSE,
    ),
    with_value(
        "a backslash in front of a host",
        '"http:\\\\127.0.0.2\\@127.0.0.1/" is not a URL that can be sent to',
        "",
        "http:\\\\127.0.0.2\\@127.0.0.1/",
        files=collection(asking().replace("<<SERVER>>/ask", "<<X>>")),
    ),
    with_value(
        "a proxy of another scheme",
        "only http and https proxies are supported, not socks5",
        "    proxy: <<X>>\n",
        "socks5://127.0.0.1:1",
    ),
    with_value(
        "a path out of a variable that leaves the folder",
        "../outside.txt leaves the collection's folder",
        "    file: <<X>>\n",
        "../outside.txt",
        beside={"outside.txt": "secret"},
    ),
    with_value(
        "a time limit out of a variable without end",
        "this is not a duration: it is not a number with a unit",
        "",
        "inf",
        files=collection(asking().replace("2s", "<<X>>")),
    ),
    with_value(
        "JSON with NaN out of a variable",
        "<<X|json>>: the value does not go through |json: it is not JSON: NaN is not a JSON value",
        "    json: <<X|json>>\n",
        "[NaN]",
    ),
    with_value(
        "100,000 levels of JSON out of a variable",
        "<<X|json>>: the value does not go through |json: it is not JSON: it is nested too deeply",
        "    json: <<X|json>>\n",
        "[" * 100_000,
    ),
)

CHECK: Final = ("check", "c.yaml")
LONG: Final = b'{"a": "' + b"a" * 5000 + b'!"}'


def judged(name: str, said: str, expect: str, **case: Unpack[Case]) -> Input:
    """A request with an expectation that is made to run away on a long text; what is no file is not sent."""
    found = Input(
        name, said, ExitCode.CHECK_FAILED, collection(asking(expect)), RUN, sent=1, answer=LONG, annotations=1
    )
    found = found._replace(deadline=20.0)._replace(**case)
    return found if found.code == ExitCode.CHECK_FAILED else found._replace(arguments=CHECK, sent=0)


SEARCHES: Final = (
    judged(
        "a pattern that runs away in a matcher",
        "the regular expression was still searching after 2 s and was stopped",
        "    expect: {json: {$.a: {matches: '^(a|aa)+$'}}}\n",
    ),
    judged(
        "a pattern that runs away in a path",
        "the regular expression was still searching after 2 s and was stopped",
        "    expect: {json: {\"$[?search(@, '(a|aa)+$')]\": {length: 1}}}\n",
    ),
    judged(
        "a pattern of 100 kB",
        "this is no regular expression: it is longer than 10000 characters",
        f"    expect: {{json: {{$.a: {{matches: '{'(a' * 50_000}'}}}}}}\n",
        code=ExitCode.INVALID,
    ),
    judged(
        "a pattern of 5,000 groups",
        "this is no regular expression: it cannot be read (RecursionError)",
        f"    expect: {{json: {{$.a: {{matches: '{'(' * 4_900}a{')' * 4_900}'}}}}}}\n",
        code=ExitCode.INVALID,
    ),
    judged(
        "a path of 10,000 steps",
        "got nothing: $.a is text",
        f"    expect: {{json: {{? '${'.a' * 10_000}' : {{exists: true}}}}}}\n",
    ),
    judged(
        "10,000 filters in a path",
        "this is no JSONPath: a path may have 2000 characters at most, this has 60003",
        f"    expect: {{json: {{? '$..{'[?@.a]' * 10_000}' : {{exists: true}}}}}}\n",
        code=ExitCode.INVALID,
    ),
    judged(
        "every level of every level",
        "it selects more than 100000 values",
        f"    expect: {{json: {{'${'..*' * 12}': {{length: 1}}}}}}\n",
        answer=b"[" * 40 + b"]" * 40,
    ),
    judged(
        "a filter below every level",
        "got length 0: []",
        "    expect: {json: {'$..[?@..a]': {length: 1}}}\n",
        answer=b"[[1, 2], " * 60 + b"1" + b"]" * 60,
    ),
    judged(
        "an index beyond all numbers",
        "this is no JSONPath: index out of range",
        f"    expect: {{json: {{? '$.a[{10**30}]' : {{exists: true}}}}}}\n",
        code=ExitCode.INVALID,
    ),
    Input(
        "a selection that is a pattern",
        "no request is selected There is ask.",
        ExitCode.NOTHING_RUN,
        collection(asking()),
        (*RUN, "-k", "(a|aa)+$"),
    ),
    Input(
        "a tag expression of 10,000 brackets",
        "--tag: this is too long Write names with and, or, not and brackets: smoke and not slow.",
        ExitCode.USAGE,
        collection(asking()),
        (*RUN, "--tag", "(" * 10_000 + "a" + ")" * 10_000),
    ),
    Input(
        "a tag expression that is code",
        "--tag: \"(\" is one too many in \"__import__('os').system('touch made')\" Write names with and, or, not and",
        ExitCode.USAGE,
        collection(asking()),
        (*RUN, "--tag", "__import__('os').system('touch made')"),
    ),
    Input(
        "a secret's name that is a pattern",
        '"(a|aa)+$" cannot be the name of a variable',
        files=collection(asking(top="secrets: ['(a|aa)+$', '.*']\n")),
    ),
)

GROUPS: Final = (
    Group("Placeholders that explode", GROWING),
    Group("Values that would be something else where they stand", PLACES),
    Group("Searches that run away", SEARCHES),
)
INPUTS: Final = tuple(one for group in GROUPS for one in group.inputs)
