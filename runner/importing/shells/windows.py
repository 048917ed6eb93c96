r"""Commands as Windows reads them: cmd with ``^``, PowerShell with a backtick, arguments with ``\"``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from runner.importing.shells.shell import NOT_CURL, Assignment, Command, Reference, Script, Word, shown_name
from runner.source import Source

Characters: TypeAlias = "list[tuple[str, int]]"
"""Characters of a command, each with the place where it stands."""
CURL: Final = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?", re.IGNORECASE)
CMD: Final = re.compile(r'(?:\bcurl(?:\.exe)?|\s--?[\w-]+)\s+\^"|\^[ \t]*(?:[\r\n]|\Z)')
POWERSHELL: Final = re.compile(
    r"`[ \t]*[\r\n]|^\s*(?:PS [^>\n]*> ?)?(?:curl\.exe|Invoke-(?:WebRequest|RestMethod))\b|\$env:",
    re.IGNORECASE | re.MULTILINE,
)
BASH: Final = re.compile(r"\\[ \t]*[\r\n]")
"""How only sh and its like go on in the next line."""
PROMPT: Final = re.compile(r"(?:PS )?[A-Za-z]:\\[^>\r\n]*> ?|PS> ?")
PERCENT: Final = re.compile(r"%([A-Za-z_]\w*)%")
DOLLAR: Final = re.compile(r"\$(?:env:)?([A-Za-z_]\w*)|\$\{(?:env:)?([A-Za-z_]\w*)\}", re.IGNORECASE)
LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def reads_cmd(text: str) -> bool:
    """Whether it is written for cmd."""
    return CMD.search(text) is not None and not BASH.search(text)


def reads_powershell(text: str) -> bool:
    """Whether it is written for PowerShell."""
    return POWERSHELL.search(text) is not None and not BASH.search(text)


def read_cmd(source: Source) -> Script:
    """The commands in ``source``; raises ``InvalidFiles`` with the place of a quote that is not closed."""
    script = Script(source)
    for command in _cmd_commands(script):
        _add(script, list(_arguments(command, script)))
    return script


def read_powershell(source: Source) -> Script:
    """The same for PowerShell."""
    script = Script(source)
    words: list[Word] = []
    text, at = script.text, 0
    while at < len(text):
        prompt = None if words else PROMPT.match(text, at)
        at = prompt.end() if prompt else at
        continued = re.compile(r"`[ \t]*(?:\r\n|\r|\n)|[ \t]+|`\Z").match(text, at)
        if continued:
            at = continued.end()
        elif text[at] in "\r\n;|" or (text[at] == "#" and not words):
            if text[at] == "#":
                at = _line_end(text, at)
            _add(script, words)
            words, at = [], at + 1
        else:
            word, at = _powershell_word(script, at)
            words.append(word)
    _add(script, words)
    return script


def _add(script: Script, words: list[Word]) -> None:
    """A command, if there is one."""
    if words and words[0].text in ("$", ">", "&"):
        words = words[1:]
    assigned = _assigned(script, words)
    if assigned is not None:
        script.parts.append(assigned)
    elif words and CURL.fullmatch(words[0].text):
        script.parts.append(Command(tuple(words)))
    elif words and words[0].text.lower() in ("invoke-webrequest", "invoke-restmethod", "iwr", "irm"):
        raise script.wrong(words[0].start, words[0].end, *NOT_CURL)
    elif words and words[0].text.startswith("-"):
        hint = "Does the line before it lack a ^ or ` at its end?"
        raise script.wrong(words[0].start, words[0].end, "a line begins with an option", hint)
    elif words:
        script.note(words[0].start, f"the command {shown_name(words[0].text)} is left out")


def _assigned(script: Script, words: list[Word]) -> Assignment | None:
    """``$env:NAME = "value"``, with blanks or without; None for all else, also for what a command would print."""
    variable = script.referred(words[0].text[:1]) if words and words[0].text else None
    if variable is None:
        return None
    start = words[0].start + 1
    sign = re.compile(r"[^\s=]*[ \t]*=[ \t]*").match(script.text, start)
    if sign is None or script.text[sign.end() : sign.end() + 1] not in ("'", '"'):
        return None
    value, _ = _powershell_word(script, sign.end())
    return Assignment(variable.name, value) if value.end == words[-1].end else None


def _line_end(text: str, at: int) -> int:
    found = re.compile(r"[\r\n]|\Z").search(text, at)
    return found.start() if found else len(text)


def _cmd_commands(script: Script) -> Iterator[Characters]:
    """What cmd hands on: carets are gone, variables are references, a command ends with its line or with ``&``."""
    text, at, quoted = script.text, 0, False
    prompt = PROMPT.match(text)
    at = prompt.end() if prompt else 0
    made: Characters = []
    while at < len(text):
        one = text[at]
        percent = PERCENT.match(text, at)
        if one == "^" and not quoted:
            end = re.compile(r"\^[ \t]*(?:\r\n|\r|\n)").match(text, at)
            at = end.end() if end else at + 1
            if at < len(text) and (end is None or text[at] in "\r\n"):
                made.append(("\n" if text[at] in "\r\n" else text[at], at))  # the caret takes its meaning away
                at += 2 if text.startswith("\r\n", at) else 1
            continue
        if percent:
            made.append((script.refer(Reference(percent[1]), at), at))
            at = percent.end()
            continue
        if one in "\r\n" or (one in "&|" and not quoted):
            yield made
            made, quoted = [], False
            prompt = PROMPT.match(text, at + 1)
            at = prompt.end() if prompt else at + 1
            continue
        quoted ^= one == '"' and not (quoted and text[at - 1 : at] == "\\")
        made.append((one, at))
        at += 1
    yield made


def _arguments(command: Characters, script: Script) -> Iterator[Word]:
    """The arguments as a program of Windows takes its command line apart."""
    at = 0
    while at < len(command):
        if command[at][0] in " \t":
            at += 1
        else:
            word, at = _argument(command, at, script)
            yield word


def _argument(command: Characters, at: int, script: Script) -> tuple[Word, int]:
    """The argument that begins at ``at``, and where it ends. Backslashes stand for themselves, but before a quote two
    are one, and an odd one makes of the quote a character; so do two quotes inside of quotes."""
    start, end, found, quote = command[at][1], len(command), "", -1
    while at < end and (quote >= 0 or command[at][0] not in " \t"):
        slashes = 0
        while at < end and command[at][0] == "\\":
            slashes, at = slashes + 1, at + 1
        if at < end and command[at][0] == '"':
            found += "\\" * (slashes // 2)
            if slashes % 2:
                found += '"'
            elif quote >= 0 and at + 1 < end and command[at + 1][0] == '"':
                found, at = found + '"', at + 1
            else:
                quote = command[at][1] if quote < 0 else -1
            at += 1
            continue
        found += "\\" * slashes
        if at < end and (quote >= 0 or command[at][0] not in " \t"):
            found, at = found + command[at][0], at + 1
    if quote >= 0:
        raise script.wrong(quote, quote + 1, 'this " is not closed', 'A " inside of "…" is written \\".')
    return Word(found, start, command[at - 1][1] + 1), at


def _powershell_word(script: Script, start: int) -> tuple[Word, int]:
    text, at, found = script.text, start, ""
    while at < len(text) and text[at] not in " \t\r\n;|":
        one = text[at]
        here = re.compile(r"@(['\"])[ \t]*\r?\n(.*?)\r?\n\1@", re.DOTALL).match(text, at)
        if here:
            found, at = found + (here[2] if here[1] == "'" else _expanded(script, here[2], here.start(2))), here.end()
        elif one in "'\"":
            inner = re.compile(r"'((?:[^']|'')*)'" if one == "'" else r'"((?:[^"`]|`.|"")*)"', re.DOTALL).match(
                text, at
            )
            if inner is None:
                raise script.wrong(at, at + 1, f"this {one} is not closed", f"A {one} inside is written {one}{one}.")
            found += inner[1].replace("''", "'") if one == "'" else _expanded(script, inner[1], inner.start(1))
            at = inner.end()
        elif one == "`":
            if text[at + 1 : at + 2] in ("", "\r", "\n"):
                break
            found, at = found + text[at + 1], at + 2
        else:
            variable = DOLLAR.match(text, at)
            found += script.refer(Reference(variable[1] or variable[2]), at) if variable else one
            at = variable.end() if variable else at + 1
    return Word(found.replace('\\"', '"'), start, at), at


def _expanded(script: Script, text: str, start: int) -> str:
    """Text in double quotes: variables, escapes with a backtick, doubled quotes."""
    found, at = "", 0
    while at < len(text):
        variable = DOLLAR.match(text, at)
        if variable:
            found += script.refer(Reference(variable[1] or variable[2]), start + at)
            at = variable.end()
        elif text[at] == "`" and at + 1 < len(text):
            found, at = found + LETTERS.get(text[at + 1], text[at + 1]), at + 2
        elif text.startswith('""', at):
            found, at = found + '"', at + 2
        else:
            found, at = found + text[at], at + 1
    return found
