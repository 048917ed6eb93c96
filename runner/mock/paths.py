"""Which paths a request's URL stands for, though placeholders in it are not filled."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

PLACEHOLDER = re.compile(r"<<.*?>>")
HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|<<.*?>>)://(?:<<.*?>>|[^/?#])*|<<.*?>>(?=[/?#]|$)")
"""What comes before the path: scheme and host, or a placeholder for both (``<<BASE_URL>>/v1/chat``)."""

PATH = re.compile(r"(?:<<.*?>>|[^?#])*")
SEGMENT = re.compile(r"/((?:<<.*?>>|[^/])*)")


class PathPattern(NamedTuple):
    """``shown`` is the path as written; a segment is literal text (decoded), or an expression where a
    placeholder stands."""

    shown: str
    segments: tuple[str | re.Pattern[str], ...]

    @property
    def open_segments(self) -> int:
        """How many segments hold a placeholder: the fewer, the more exact the pattern is."""
        return sum(not isinstance(segment, str) for segment in self.segments)

    def fits(self, path: str) -> bool:
        """Whether a request's path, as it was sent, is one that this pattern stands for."""
        given = [unquote(text) for text in (path or "/").split("/")[1:]]
        if len(given) != len(self.segments):
            return False
        return all(map(_segment_fits, self.segments, given))


def _segment_fits(segment: str | re.Pattern[str], text: str) -> bool:
    return segment == text if isinstance(segment, str) else segment.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def path_pattern(url: str, base_url: str = "") -> PathPattern:
    """The pattern of a URL as written; one without a host of its own is appended to ``base_url``."""
    path = _path(url)
    if HOST.match(url) is None:
        path = f"{_path(base_url).rstrip('/')}/{path.lstrip('/')}" if path else _path(base_url).rstrip("/")
    path = path or "/"
    return PathPattern(path, tuple(_segment(text) for text in SEGMENT.findall(path)))


def _path(url: str) -> str:
    host = HOST.match(url)
    found = PATH.match(url, host.end() if host else 0)
    return found.group() if found else ""


def _segment(text: str) -> str | re.Pattern[str]:
    literals = [re.escape(unquote(part)) for part in PLACEHOLDER.split(text)]
    if len(literals) == 1:
        return unquote(text)
    return re.compile(".+".join(literals), re.DOTALL)
