"""The header Cookie, taken apart and put together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from runner.messages import Headers


def sent_cookies(headers: Headers) -> list[tuple[str, str]]:
    """The cookies that a request carries, in order; what is no pair is left out."""
    return [(name, value) for name, value in map(_pair, _pieces(headers)) if name]


def with_cookies(headers: Headers, cookies: Sequence[tuple[str, str]]) -> Headers:
    """``headers`` with these cookies behind those that are there; a name that is there already stays as it is."""
    written = {name for name, _ in sent_cookies(headers)}
    new = [f"{name}={value}" for name, value in cookies if name not in written]
    return _replaced(headers, [*_pieces(headers), *new]) if new else headers


def without_cookies(headers: Headers, names: Collection[str]) -> Headers:
    """``headers`` with none of the cookies of these names."""
    if names and any(name in names for name, _ in sent_cookies(headers)):
        return _replaced(headers, [piece for piece in _pieces(headers) if _pair(piece)[0] not in names])
    return headers


def _pieces(headers: Headers) -> Iterator[str]:
    for name, line in headers:
        if name.lower() == "cookie":
            yield from (piece.strip(" \t") for piece in line.split(";") if piece.strip(" \t"))


def _pair(piece: str) -> tuple[str, str]:
    """Name and value; without a name what is no pair."""
    name, equals, value = piece.partition("=")
    return (name.strip(" \t"), value.strip(" \t")) if equals else ("", piece)


def _replaced(headers: Headers, pieces: Sequence[str]) -> Headers:
    """One header of the name is what RFC 6265 5.4 allows."""
    kept = tuple(pair for pair in headers if pair[0].lower() != "cookie")
    return (*kept, ("Cookie", "; ".join(pieces))) if pieces else kept
