"""Masks secret values, in every form in which they can turn up, before anything is shown or written."""

from runner.redact.marks import MASK, SHORTEST
from runner.redact.redactor import Redactor

__all__ = ["MASK", "SHORTEST", "Redactor"]
