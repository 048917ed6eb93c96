"""Decodes the bodies that have a shape of their own, multipart and graphql, and the cookies of a request."""

from __future__ import annotations

import re
from typing import Final

from runner.folder import Folder
from runner.loading.fields import check_setting, read_fields, read_text, stands_misspelt
from runner.loading.files import check_file
from runner.loading.other_words import key_in_other_words
from runner.loading.problems import Problems
from runner.multipart import CONTENT_TYPE
from runner.node import Node
from runner.settings import media_type

FILE_KEYS: Final = ("file", "type", "filename")
GRAPHQL_KEYS: Final = ("query", "variables", "operation_name")
COOKIE_NAME: Final = re.compile(r'[^\x00-\x20\x7f=;,"]+')
MISSING_FILE: Final = 'a mapping in multipart is a file, this one has no "file"'
NOT_IN_COOKIES: Final = re.compile(r"[\x00-\x1f\x7f;]")


def check_multipart(node: Node, folder: Folder, problems: Problems) -> None:
    """Fields with text, a file, or a list of these."""
    if node.kind != "mapping":
        message = f"multipart is a mapping, this is {node.type_name}"
        problems.error("kind", node, message, "Write field: value, or field: {file: path}, one a line.")
        return
    for _, value in node.items:
        for one in value.as_list:
            if one.kind == "mapping":
                _check_part(one, folder, problems)
            elif one.kind == "list":
                message = "a value in multipart is text, a number, {file: path} or a list of these"
                problems.error("kind", one, message, "Put a text in quotes.")


def _check_part(node: Node, folder: Folder, problems: Problems) -> None:
    hint = "Write {file: path}. An object that is to be sent as text stands in quotes."
    if not any(key.value in FILE_KEYS or key_in_other_words("a file", str(key.value)) for key, _ in node.items):
        problems.error("missing-key", node, MISSING_FILE, hint)
        return
    fields = read_fields(node, FILE_KEYS, "a file", problems)
    if "file" in fields:
        check_file(fields["file"], folder, problems)
    elif not stands_misspelt(node, "file", FILE_KEYS, "a file"):
        problems.error("missing-key", node, MISSING_FILE, hint)
    check_setting(fields.get("type"), media_type, problems)
    if "filename" in fields:
        read_text(fields["filename"], "filename", problems)


def check_content_type(headers: Node | None, problems: Problems) -> None:
    """A body of parts cannot be read without the boundary, which only its own content type says."""
    for key, value in headers.items if headers is not None else ():
        if str(key.value).lower() == "content-type" and not value.templated and not fits_multipart(value.value):
            problems.error("content-type", value, *WRONG_TYPE)


WRONG_TYPE: Final = (
    f"a multipart body is sent as {CONTENT_TYPE}, not as another type",
    "Leave Content-Type out, it is added by itself; null takes out one that defaults set.",
)


def fits_multipart(value: object) -> bool:
    """Whether this Content-Type may stand beside a body of parts; its boundary is replaced."""
    return value is None or str(value).partition(";")[0].strip().lower() == CONTENT_TYPE


def check_graphql(node: Node, problems: Problems) -> None:
    """A query, and perhaps its variables and the operation to take."""
    fields = read_fields(node, GRAPHQL_KEYS, "graphql", problems)
    if "query" in fields:
        read_text(fields["query"], "query", problems)
    elif node.kind == "mapping" and not stands_misspelt(node, "query", GRAPHQL_KEYS, "graphql"):
        problems.error("missing-key", node, 'graphql needs "query"', f"It takes {', '.join(GRAPHQL_KEYS)}.")
    if "operation_name" in fields:
        read_text(fields["operation_name"], "operation_name", problems)
    variables = fields.get("variables")
    if variables is not None and not _may_be_mapping(variables):
        problems.error(
            "kind", variables, f"variables is a mapping, this is {variables.type_name}", "Write name: value."
        )


def _may_be_mapping(node: Node) -> bool:
    """Null, or a placeholder that brings one, will do as well."""
    return node.kind == "mapping" or (node.kind == "scalar" and (node.templated or node.value is None))


def check_cookies(node: Node | None, problems: Problems) -> None:
    """Names and values, or ``none``."""
    if node is None or (node.kind == "scalar" and node.value == "none"):
        return
    if node.kind != "mapping":
        message = f"cookies is a mapping, this is {node.type_name}"
        problems.error("kind", node, message, "Write name: value, one a line, or none.")
        return
    for key, value in node.items:
        if not key.templated and not COOKIE_NAME.fullmatch(str(key.value)):
            hint = "It has no blanks, no quotes and none of = ; ,"
            problems.error("cookie", key, f'"{key.value}" cannot be the name of a cookie', hint)
        if value.kind != "scalar":
            message = f"the value of a cookie is text or a number, this is {value.type_name}"
            problems.error("kind", value, message, "Put a text in quotes.")
        elif NOT_IN_COOKIES.search(str(value.value)):
            problems.error("cookie", value, *WRONG_COOKIE)


WRONG_COOKIE: Final = (
    "the value of a cookie holds no semicolon and no line break",
    "Encode it as the server expects, often as in a URL: the filter urlencode does.",
)
