"""Commands as sh, bash and zsh read them, and as people paste them: with prompts, and ``&`` of a URL without quotes."""

from __future__ import annotations

import re
from typing import Final

from runner.importing.shells.printf import printed
from runner.importing.shells.shell import DASHES, Assignment, Command, Reference, Script, Word, shown_name
from runner.importing.shells.substitution import reference_of
from runner.source import Source

BLANK: Final = re.compile(r"[ \t]+")
CONTINUED: Final = re.compile(r"\\[ \t]*(?:\r\n|\r|\n)(?:> )?|\\[ \t]*\Z")
"""A backslash at the end of a line, also with blanks behind it, which nobody sees; a prompt on the next line."""
PROMPT: Final = re.compile(r"[$%#>] (?=\s*(?:curl|export|\w+=|printf|echo|cat|time|sudo)\b)")
SEPARATOR: Final = re.compile(r"\r\n|\r|\n|;|&&|\|\||&|\|")
NAMED: Final = re.compile(r"<[A-Za-z][\w -]*>")
"""A hole to be filled as documentation writes one; quotes around it were forgotten."""
SUBSTITUTED: Final = re.compile(r"[<>](?=\()")
"""What begins ``>(…)`` and ``<(…)``: an argument, the name of a file that another command reads or writes."""
PRINTED: Final = "printed"
"""What stands for the file behind ``<(…)``."""
REDIRECT: Final = re.compile(r"(?:\d|&)?(<<-?|>>|>&|<&|>|<)[ \t]*")
VARIABLE: Final = re.compile(r"\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)(?:(:?[-?=+])([^{}$`]*))?\}")
ASSIGNED: Final = re.compile(r"([A-Za-z_]\w*)=")
ESCAPE: Final = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.))"
)
LETTERS: Final = dict(zip("abeEfnrtv\\'\"?", "\a\b\x1b\x1b\f\n\r\t\v\\'\"?", strict=True))
BEFORE_CURL: Final = frozenset(("time", "sudo", "command", "exec", "nohup"))
PRINTERS: Final = frozenset(
    "jq python python3 json_pp less more cat head tail tee bat grep sed awk xmllint sort wc base64 gunzip yq".split()
)
"""What only shows the answer in another way."""
ENDS: Final = frozenset(" \t\r\n;|")
TYPOGRAPHIC: Final = "\u201c\u201d\u201e\u2018\u2019"


def read_bash(source: Source) -> Script:
    """The commands in ``source``; raises ``InvalidFiles`` with the place of a quote that is not closed."""
    return _Reader(Script(source)).read()


class _Reader:
    """Goes through the text once, from left to right."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._text = script.text
        self._at = 0
        self._words: list[Word] = []
        self._comment: list[str] = []
        self._input: Word | None = None
        self._piped = ""
        self._waiting: list[tuple[str, bool, bool, int]] = []

    def read(self) -> Script:
        self._skip_prompt()
        while self._at < len(self._text):
            self._step()
        self._end("\n")
        return self._script

    def _step(self) -> None:
        text, at = self._text, self._at
        blank = BLANK.match(text, at) or CONTINUED.match(text, at)
        if blank:
            self._at = blank.end()
            return
        separator = SEPARATOR.match(text, at)
        if separator:
            self._at = separator.end()
            self._end(separator[0])
            return
        if text[at] == "#" and not self._words:
            self._line_of_comment()
        elif text[at] == "#":
            self._at = self._line_end()
        elif REDIRECT.match(text, at) and not NAMED.match(text, at) and not SUBSTITUTED.match(text, at):
            self._redirect()
        else:
            self._words.append(self._word())

    def _line_of_comment(self) -> None:
        start, self._at = self._at, self._line_end()
        if not self._text.startswith("#!", start):
            self._comment.append(self._text[start : self._at].strip("# \t\r"))

    def _line_end(self) -> int:
        found = re.compile(r"[\r\n]|\Z").search(self._text, self._at)
        return found.start() if found else len(self._text)

    def _skip_prompt(self) -> None:
        prompt = PROMPT.match(self._text, self._at)
        self._at = prompt.end() if prompt else self._at

    def _end(self, separator: str) -> None:
        """A command is complete; what was printed before a pipe is what the next one reads."""
        new_line = separator[0] in "\r\n"
        if new_line and self._piped and not self._words:
            return  # the pipe stands at the end of its line
        words, piped = self._words, self._piped
        self._words, self._piped = [], "|" if separator == "|" else ""
        if new_line and self._waiting:
            self._documents()
        given, self._input = self._input, None
        if words:
            self._command(words, given, piped)
            if not self._piped:
                self._comment = []
        elif new_line and self._text[: self._at].endswith(("\n\n", "\n\r\n")):
            self._comment = []  # one that stands apart belongs to nothing
        if new_line:
            self._skip_prompt()

    def _command(self, words: list[Word], given: Word | None, piped: str) -> None:
        while words and words[0].text in BEFORE_CURL:
            words = words[1:]
        while (words and ASSIGNED.match(words[0].text)) or (words and words[0].text == "export"):
            self._assign(words[0])
            words = words[1:]
        if not words:
            return
        name = words[0].text
        if name == ":":
            return
        if re.fullmatch(r"(?:.*[/\\])?curl(?:\.exe)?", name):
            self._script.parts.append(Command(tuple(words), tuple(self._comment), given))
        elif piped and name in PRINTERS:
            return
        elif self._piped:
            self._input = self._printed(words, given)
        else:
            if name.startswith(DASHES):
                hint = "Does the line before it lack a \\ at its end?"
                raise self._script.wrong(words[0].start, words[0].end, "a line begins with an option", hint)
            self._script.note(words[0].start, f"the command {shown_name(name)} is left out")

    def _printed(self, words: list[Word], given: Word | None) -> Word | None:
        """What a command writes for the one behind it, where that is known without running it."""
        name, texts = words[0].text, [word.text for word in words[1:]]
        start, end = words[0].start, words[-1].end
        if name == "printf" and texts:
            return Word(printed(texts[0], texts[1:]), start, end)
        if name == "echo":
            return Word(" ".join(texts[1:] if texts[:1] == ["-n"] else texts), start, end)
        if name == "cat" and not texts:
            return given
        if name == "cat" and len(texts) == 1:
            return Word(f"@{texts[0]}", start, end)
        self._script.note(start, f"what {shown_name(name)} would print is not known; the body is left out")
        return None

    def _assign(self, word: Word) -> None:
        match = ASSIGNED.match(word.text)
        if match:
            value = Word(word.text[match.end() :], word.start, word.end)
            self._script.parts.append(Assignment(match[1], value))

    def _redirect(self) -> None:
        match = REDIRECT.match(self._text, self._at)
        assert match is not None  # noqa: S101  # the caller has looked
        start, self._at = self._at, match.end()
        quoted = self._text[self._at : self._at + 1] in ("'", '"', "\\")
        if self._at >= len(self._text) or self._text[self._at] in ENDS:
            raise self._script.wrong(
                start, self._at, "this leads nowhere", "A placeholder in <> needs quotes around it."
            )
        target = self._word().text
        if match[1].startswith("<<"):
            self._waiting.append((target, quoted, match[1] == "<<-", start))
        elif match[1] == "<":
            self._input = Word(f"@{target}", start, self._at)

    def _documents(self) -> None:
        """What stands behind ``<<EOF``, up to a line with ``EOF``."""
        for mark, literal, stripped, at in self._waiting:
            start, lines = self._at, []
            while True:
                if self._at >= len(self._text):
                    raise self._script.wrong(
                        at, at + 1, f"the text for <<{mark} has no end", f"A line with {mark} alone ends it."
                    )
                end = self._line_end()
                line = self._text[self._at : end].lstrip("\t" if stripped else "")
                begin = end - len(line)
                self._at = end + (2 if self._text.startswith("\r\n", end) else 1)
                if line == mark:
                    break
                lines.append(line if literal else self._filled(begin, end))
            self._input = Word("".join(f"{line}\n" for line in lines), start, self._at)
        self._waiting = []

    def _filled(self, start: int, end: int) -> str:
        """A stretch with its variables as references."""
        after, self._at, found = self._at, start, ""
        while self._at < end:
            found += self._dollar() if self._text[self._at] in "$`" else self._escaped_in_double("$`\\")
        self._at = after
        return found

    def _word(self) -> Word:
        start, found = self._at, ""
        while self._at < len(self._text) and not self._ends_here():
            found += self._piece()
        return Word(found, start, self._at)

    def _ends_here(self) -> bool:
        text, at = self._text, self._at
        if text[at] in ENDS:
            return True
        if self._is_continued():
            return not self._goes_on()
        if text[at] in "<>":
            return not (NAMED.match(text, at) or SUBSTITUTED.match(text, at))
        if text[at] == "&":
            inside = re.compile(r"&[\w\[\]%$.{}-]+=").match(text, at)
            if inside and re.search(r"https?://[^\s'\"]*\Z", text[:at]):
                self._script.note(at, "the URL has & in it and no quotes: a shell would end the command there")
                return False
            return True
        return False

    def _is_continued(self) -> bool:
        """Whether a backslash in a word ends the line. One with a blank behind it is that blank for a shell, and meant
        so unless an option or more of the command stands on the next line."""
        match = CONTINUED.match(self._text, self._at)
        if match is None:
            return False
        is_blank = self._text[self._at + 1 : self._at + 2] in (" ", "\t")
        return not is_blank or self._text[match.end() : match.end() + 1] in (" ", "\t", "-")

    def _goes_on(self) -> bool:
        """Whether a word is continued on the next line, without a blank before or behind."""
        match = CONTINUED.match(self._text, self._at)
        if match is None or match.end() >= len(self._text) or self._text[match.end()] in " \t-":
            return False
        self._at = match.end()
        return True

    def _piece(self) -> str:
        text, at = self._text, self._at
        first = text[at]
        if text.startswith("$'", at):
            return self._ansi()
        if first == "'":
            end = text.find("'", at + 1)
            self._closed(end, "'")
            self._at = end + 1
            return text[at + 1 : end]
        if first == '"' or text.startswith('$"', at):
            self._at += 1 if first == '"' else 2
            return self._double(at)
        if first in "$`":
            return self._dollar()
        if first in TYPOGRAPHIC:
            hint = "Write ' or \" instead: a page or a word processor has changed it."
            raise self._script.wrong(at, at + 1, "this is a typographic quote, which no shell knows", hint)
        named = NAMED.match(text, at)
        if named:
            self._at = named.end()
            return named[0]
        if SUBSTITUTED.match(text, at):
            return self._process()
        self._at += 2 if first == "\\" else 1
        return text[at + 1 : at + 2] if first == "\\" else first

    def _process(self) -> str:
        """``>(…)``, which only reads what comes, or ``<(…)``: the name of a file."""
        at, end = self._at, _closing(self._text, self._at)
        if end < 0:
            raise self._script.wrong(at, at + 2, "what begins here is not closed", "Its end is a ).")
        self._at = end
        if self._text[at] == ">":
            return "/dev/null"
        self._script.note(at, "what a command in <(…) prints is not known", f"Put it into the file {PRINTED}.")
        return PRINTED

    def _closed(self, end: int, quote: str) -> None:
        if end < 0:
            hint = "A ' inside of '…' is written '\\''." if quote == "'" else 'A " inside of "…" is written \\".'
            raise self._script.wrong(self._at, self._at + 1, f"this {quote} is not closed", hint)

    def _double(self, start: int) -> str:
        found = ""
        while self._text[self._at : self._at + 1] != '"':
            if self._at >= len(self._text):
                self._at = start
                self._closed(-1, '"')
            found += self._dollar() if self._text[self._at] in "$`" else self._escaped_in_double('$`"\\')
        self._at += 1
        return found

    def _escaped_in_double(self, special: str) -> str:
        text, at = self._text, self._at
        if text[at] == "\\" and text[at + 1 : at + 2] in (*special, "\n"):
            self._at += 2
            return text[at + 1].replace("\n", "")
        self._at += 1
        return text[at]

    def _ansi(self) -> str:
        """``$'…'``, which has the escapes of C."""
        start, found, data = self._at, "", b""
        self._at += 2
        while self._text[self._at : self._at + 1] != "'":
            if self._at >= len(self._text):
                self._at = start
                self._closed(-1, "'")
            match = ESCAPE.match(self._text, self._at)
            letter, octal, byte, short, long, control = match.groups() if match else (None,) * 6
            if octal or byte:
                data += bytes([int(octal or byte or "0", 8 if octal else 16) & 255])
            else:
                found += data.decode("utf-8", "surrogateescape")
                data = b""
                code = int(short or long or "fffd", 16)
                character = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
                found += (
                    LETTERS[letter]
                    if letter
                    else character
                    if short or long
                    else chr(ord(control) & 31)
                    if control
                    else self._text[self._at]
                )
            self._at = match.end() if match else self._at + 1
        self._at += 1
        return found + data.decode("utf-8", "surrogateescape")

    def _dollar(self) -> str:
        """A variable or what a command prints, as a reference."""
        text, at = self._text, self._at
        match = VARIABLE.match(text, at)
        if match:
            self._at = match.end()
            default = match[4] if match[3] in (":-", "-") else None
            return self._script.refer(Reference(match[1] or match[2], "", default), at)
        if text.startswith("$(", at) or text[at] == "`":
            end = _closing(text, at)
            if end < 0:
                raise self._script.wrong(
                    at, at + 2, "what begins here is not closed", "A literal $ or ` is written \\$ or \\`."
                )
            self._at = end
            inner = text[at + 2 : end - 1] if text[at] == "$" else text[at + 1 : end - 1]
            return reference_of(inner, self._script, at)
        if text.startswith("${", at):
            end = text.find("}", at)
            name = re.match(r"[!#]?([A-Za-z_]\w*)", text[at + 2 :])
            if end < 0 or name is None:
                raise self._script.wrong(at, at + 2, "this is no variable", "A literal $ is written \\$.")
            self._at = end + 1
            self._script.note(at, f"the value of {name[1]} is changed on the way; it is taken as it is")
            return self._script.refer(Reference(name[1]), at)
        self._at += 1
        return text[at]


def _closing(text: str, start: int) -> int:
    """Behind the end of ``$(…)`` or of backticks; -1 if there is none."""
    if text[start] == "`":
        return text.find("`", start + 1) + 1 or -1
    at, depth, quote = start + 1, 0, ""
    while at < len(text):
        one = text[at]
        if one == "\\" and quote != "'":
            at += 1
        elif quote:
            quote = "" if one == quote else quote
        elif one in "'\"":
            quote = one
        elif one in "()":
            depth += 1 if one == "(" else -1
            if depth == 0:
                return at + 1
        at += 1
    return -1
