"""What models cost is remembered for a day, and is the same as the list says."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from runner.cli.context import Context
from runner.cli.running.rates import Rates
from runner.llm.prices import cost_of, rate_of
from runner.usage import Price, Usage
from tests.command import StillClock

OPENAI = "https://api.openai.com/v1/chat/completions"
MINI = Usage(20, 10, 30, model="gpt-4.1-mini-2025-04-14", asked="gpt-4.1-mini", url=OPENAI, at=1_768_456_751.0)
HELD = Decimal("0.000024")


def rates(folder: Path, clock: StillClock | None = None) -> Rates:
    environ = {"XDG_CACHE_HOME": str(folder)}
    return Rates(Context(environ, folder, io.StringIO(), io.StringIO(), clock or StillClock()))


def remembered(folder: Path) -> Path:
    return folder / "runner" / "rates.json"


def test_what_is_remembered_is_what_the_list_says(tmp_path: Path) -> None:
    assert rates(tmp_path).cost_of(MINI) == HELD == cost_of(MINI)
    known = json.loads(remembered(tmp_path).read_text())
    assert "openai" not in remembered(tmp_path).read_text()
    known["rates"] = {key: ["1000000", "0"] for key in known["rates"]}
    remembered(tmp_path).write_text(json.dumps(known))
    assert rates(tmp_path).cost_of(MINI) == 20  # it is what is asked first


def test_another_day_or_a_damaged_file_asks_the_list(tmp_path: Path) -> None:
    rates(tmp_path).cost_of(MINI)
    known = json.loads(remembered(tmp_path).read_text())
    known["rates"] = {key: ["1000000", "0"] for key in known["rates"]}
    remembered(tmp_path).write_text(json.dumps(known))
    later = StillClock()
    later.sleep(86_400)
    assert rates(tmp_path, later).cost_of(MINI) == HELD
    for text in ("", "[]", '{"stamp": 1}', '{"stamp": "x", "rates": 3}', "[" * 100_000):
        remembered(tmp_path).write_text(text)
        assert rates(tmp_path).cost_of(MINI) == HELD


@pytest.mark.parametrize(
    "usage",
    [
        MINI._replace(cached=5),
        MINI._replace(model="nobody-knows-this", asked="nor-this", url="http://127.0.0.1/"),
        MINI._replace(price=Price(Decimal(1), Decimal(2))),
        MINI._replace(prompt_tokens=None),
    ],
)
def test_what_has_more_to_it_is_asked_each_time(usage: Usage, tmp_path: Path) -> None:
    rates(tmp_path).cost_of(MINI)
    found = rates(tmp_path)
    assert found.cost_of(usage) == cost_of(usage)
    assert found.cost_of(usage) == cost_of(usage)


def test_without_a_cache_folder_the_list_is_asked() -> None:
    context = Context({}, Path.cwd(), io.StringIO(), io.StringIO(), StillClock())
    assert Rates(context).cost_of(MINI) == HELD


def test_prices_in_steps_are_no_rate() -> None:
    usage = MINI._replace(model="gemini-2.5-pro", asked="gemini-2.5-pro", url="", prompt_tokens=300_000)
    assert cost_of(usage) is not None
    assert rate_of(usage) is None


def test_prices_that_change_within_the_day_are_no_rate() -> None:
    night, day = (MINI._replace(model="deepseek-flash", asked="", url="", at=hour * 3600.0) for hour in (3, 12))
    assert cost_of(night) != cost_of(day)
    assert (rate_of(night), rate_of(day)) == (None, None)
