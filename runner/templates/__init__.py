"""What ``runner init`` writes: a folder for each thing to start from, with the files as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
NOT_YET_KNOWN: Final = "git+https://github.com/OWNER/REPOSITORY"
"""Where the program comes from, if it does not know it: to be filled in."""


class Template(NamedTuple):
    """``secret`` is the variable that a run needs, empty for none; ``limit`` are options for a run that costs money;
    ``needs`` is what a person does before the first run that is sent. ``others`` are variables that are no secrets."""

    secret: str
    limit: str
    needs: str
    others: tuple[str, ...] = ()


TEMPLATES: Final = {
    "openai": Template("OPENAI_API_KEY", " --max-cost 0.10", "put OPENAI_API_KEY into .env"),
    "anthropic": Template("ANTHROPIC_API_KEY", " --max-cost 0.10", "put ANTHROPIC_API_KEY into .env"),
    "ollama": Template("", "", ""),
    "rest": Template("API_TOKEN", "", "put BASE_URL and API_TOKEN into .env", ("BASE_URL",)),
}


def collection_files(kind: str) -> dict[str, str]:
    """The collection and its schemas: path to text."""
    folder = HERE / kind
    files = sorted(one for one in (folder / "collections").rglob("*") if one.is_file())
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}


def env_example(kind: str) -> str:
    """The text of ``.env.example``."""
    return (HERE / kind / "env.example").read_text("utf-8")


def workflow(kind: str, install: str) -> str:
    """A job for GitHub that installs the program by ``install``."""
    template = TEMPLATES[kind]
    text = (HERE / "workflow.yaml").read_text("utf-8").replace("@INSTALL@", install)
    if not template.secret:
        return text
    live = (HERE / "live.yaml").read_text("utf-8")
    others = "".join(f"          {name}: ${{{{ vars.{name} }}}}\n" for name in template.others)
    return text + live.replace("@SECRET@", template.secret).replace("@LIMIT@", template.limit) + others


def ignored_lines() -> list[str]:
    """What git is not to keep."""
    return (HERE / "gitignore").read_text("utf-8").splitlines()
