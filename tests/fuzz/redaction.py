"""Masking: a secret in any of its forms, in any text, cut anywhere, is not there afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.redact import MASK, SHORTEST, Redactor
from runner.report.held import Held
from tests.fuzz.choices import Choices, cut_text, encodable
from tests.secret_forms import forms_in, secret_forms

SECRETS = (
    "sk-proj-4711-abcdef",
    "p/A+b\"c\\d'<&e ~z",
    "schl\u00fcssel \U0001f600 x",
    "two lines\nof a secret",
    "aaaaaaaa",
)


def seeds() -> Iterator[bytes]:
    """What stands before it, behind it, and the secret; then where it is cut and in which form it is."""
    for secret in SECRETS:
        for number in range(len(secret_forms(secret))):
            yield b"before %2\0\\u00 behind\0" + secret.encode() + b"\x99\x99\x01" + bytes([number])


def fuzz(data: bytes) -> None:
    choices = Choices(data)
    form, places = choices.number(63), choices.cuts()
    before, behind, secret = choices.text(), choices.text(), choices.text()
    hidden(secret, form, (before, behind), places)


def hidden(secret: str, form: int, around: tuple[str, str], places: Sequence[float]) -> None:
    """``secret`` in one of its forms between two texts is masked, whole and in pieces."""
    secret = secret.strip()
    if not maskable(secret):
        return
    redactor = Redactor()
    assert redactor.add(secret)
    forms = list(secret_forms(secret).values())
    text = forms[form % len(forms)].join(around)
    masked = redactor.text(text)
    assert not left_of(secret, masked), masked
    assert redactor.text(masked) == masked or not left_of(secret, redactor.text(masked))
    held = Held(redactor)
    shown = "".join([*(held.feed(piece) for piece in cut_text(text, places)), held.finish()])
    assert not left_of(secret, shown), shown
    data = text.encode("utf-8", "surrogateescape")
    assert not left_of(secret, redactor.data(data).decode("utf-8", "surrogateescape"))


def maskable(secret: str) -> bool:
    """Whether it is a secret that the program takes for one. The mask itself cannot be hidden by a mask."""
    whole = encodable(secret)
    return whole and len(secret) >= SHORTEST and MASK[0] not in secret and "." not in secret


def left_of(secret: str, text: str) -> list[str]:
    """The forms of a secret that are in a text, but for those too short to be told from other text."""
    forms = secret_forms(secret)
    return [name for name in forms_in(text, secret) if len(forms[name]) >= SHORTEST]
