"""A body of multipart/form-data that stands in a command as text, as browsers copy it: fields and files again."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from typing import Final

from runner.importing.curl.text import STANDS, Texts
from runner.importing.names import add
from runner.writing.layout import Value

BOUNDARY: Final = re.compile(r'boundary="?([^";\s]+)', re.IGNORECASE)
DISPOSITION: Final = re.compile(r'(?:^|\s|;)(name|filename)="([^"]*)"')
UNSAFE: Final = re.compile(r"[^\w.-]+")


def fields_of(text: str, kind: str, at: int, texts: Texts) -> Mapping[str, Value] | None:
    """What stands under ``multipart``; None if the text does not fit its content type ``kind``."""
    found = BOUNDARY.search(kind)
    if found is None:
        return None
    mark = f"--{found[1]}"
    begin, *parts = f"\r\n{text}".split(f"\r\n{mark}")
    if begin or len(parts) < 2 or parts[-1].strip() != "--":
        return None
    made: dict[str, Value] = {}
    last = None
    for part in parts[:-1]:
        head, blank, content = part.removeprefix("\r\n").partition("\r\n\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.split("\r\n"))
        }
        about = {key: _plain(value) for key, value in DISPOSITION.findall(headers.get("content-disposition", ""))}
        if not blank or "name" not in about:
            return None
        key = texts.template(about["name"])
        if key in made and key != last:
            return None
        add(made, key, _value(about, content, headers.get("content-type", ""), at, texts))
        last = key
    return made


def _value(about: Mapping[str, str], content: str, kind: str, at: int, texts: Texts) -> Value:
    if "filename" not in about:
        if kind:
            texts.note(at, f"the field {about['name']} has a type of its own; it is left out")
        return texts.template(texts.kept(about["name"], content, at, plain_key=False))
    given = about["filename"]
    name = UNSAFE.sub("_", STANDS.sub("", given)).lstrip(".") or "file"
    if content and not texts.refers(content):
        name = texts.draft.add_file(name, content.encode("utf-8", "surrogateescape"))
        texts.note(at, f"the text of the file {name} stands in the command", "With -o FILE it is written beside it.")
    else:
        texts.note(at, f"it sends the file {name}", "Put that file beside the collection.")
    made: dict[str, Value] = {"file": name}
    if given != name:
        made["filename"] = texts.template(given)
    if kind and kind != (mimetypes.guess_type(given)[0] or "application/octet-stream"):
        made["type"] = texts.template(kind)
    return made


def _plain(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%22", '"')
