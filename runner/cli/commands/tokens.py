"""``runner tokens``: what each prompt takes and costs, without sending it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from runner.cli.arguments import Selection, TokensArguments
from runner.cli.commands.show import title_of, why_not
from runner.cli.context import Context
from runner.cli.running.planning import plan, tell_warnings
from runner.engine.job import Job, Planned
from runner.errors import ExitCode, NothingToRun, RenderError, UsageError
from runner.llm.prices import cost_of
from runner.llm.prompts import ASKING, Prompt, read_prompt
from runner.llm.tokens import HOW_TO_GET, Count, NoTokenizer, Tokenizer, encoding_of
from runner.report.cells import cells, pad
from runner.report.spending import counted
from runner.report.style import Style, printable
from runner.usage import Price, Usage, dollars

COLUMNS = 4


class Line(NamedTuple):
    """One request of the table, or why there is nothing to say of it."""

    name: str
    model: str = ""
    tokens: str = ""
    cost: str = ""
    note: str = ""


def show_tokens(arguments: TokensArguments, context: Context) -> ExitCode:
    """Print a line for each request that asks a model, or for the text that is given."""
    try:
        if arguments.text:
            context.tell(_of_text(arguments.text, arguments.model, context))
            return ExitCode.OK
        return _of_files(arguments, context)
    except NoTokenizer:
        raise UsageError("what counts tokens is not installed", f"Get it with: {HOW_TO_GET}") from None


def _of_text(text: str, model: str, context: Context) -> str:
    count = Tokenizer().count_text(text, model)
    cost = cost_of(Usage(count.tokens, 0, asked=model, at=context.clock.now()))
    note = "" if count.exact else f"   {printable(_estimated(model, count))}"
    return f"{_tokens(count)}   {printable(model)}   {_dollars(cost)}{note}"


def _of_files(arguments: TokensArguments, context: Context) -> ExitCode:
    inputs = arguments.inputs._replace(mock=True)  # nothing is sent, so a key may be missing
    found = plan(inputs, Selection(arguments.name, arguments.tags), context)
    tell_warnings(found.session.warnings, context, arguments.color, strict=False)
    style = context.style(context.stdout, arguments.color)
    table = _Table(context.clock.now())
    lines: list[str] = []
    for job in found.jobs():
        lines += table.of(job, style)
    if not lines:
        raise NothingToRun("no request asks a model", "One that does has a body with model and messages.")
    context.tell("\n".join(lines))
    return ExitCode.OK


class _Table:
    """Makes the lines; ``at`` is when the prices hold."""

    def __init__(self, at: float) -> None:
        self._at = at
        self._tokenizer = Tokenizer()

    def of(self, job: Job, style: Style) -> list[str]:
        rows = [row for planned in job.requests for row in self._rows(planned)]
        if not rows:
            return []
        widths = [max(cells(printable(row[column])) for row in rows) for column in range(COLUMNS)]
        lines = [style.paint("bold", title_of(job))]
        for row in rows:
            if row.note and not row.model:
                lines.append(f"  {pad(printable(row.name), widths[0])}  {printable(row.note)}")
                continue
            texts = [pad(printable(text), width) for text, width in zip(row, widths, strict=False)]
            lines.append("  " + "  ".join([*texts, printable(row.note)]).rstrip())
        return lines

    def _rows(self, planned: Planned) -> Iterator[Line]:
        try:
            why = why_not(planned)
            request = None if why else planned.scope.resolver.request(planned.spec)
        except RenderError as error:
            why, request = error.diagnostic.message, None
        if request is None:
            if _may_ask(planned):
                yield Line(planned.name, note=f"({why})")
            return
        prompt = read_prompt(request)
        if prompt is not None:
            yield self._line(planned, prompt)

    def _line(self, planned: Planned, prompt: Prompt) -> Line:
        if prompt.unseen:
            return Line(planned.name, prompt.model, "unknown", "", prompt.unseen)
        count = self._tokenizer.count(prompt)
        price = planned.scope.prices.get(prompt.model)
        cost = self._cost(prompt, count, 0, price)
        notes = [] if count.exact else [_estimated(prompt.model, count)]
        if prompt.reply and cost is not None:
            most = self._cost(prompt, count, prompt.reply, price)
            notes.insert(0, f"up to {_dollars(most)} with {counted(prompt.reply, 'token')} of answer")
        return Line(planned.name, prompt.model, _tokens(count), _dollars(cost), ", ".join(notes))

    def _cost(self, prompt: Prompt, count: Count, reply: int, price: Price | None) -> Decimal | None:
        usage = Usage(count.tokens, reply, asked=prompt.model, url=prompt.url, at=self._at, price=price)
        return cost_of(usage._replace(tier=prompt.tier))


def _may_ask(planned: Planned) -> bool:
    """Whether a request that is not made yet can be one to a model, by what stands in its body."""
    body = planned.spec.body
    if body is None or body.kind != "json":
        return False
    return body.node.kind != "mapping" or any(body.node.get(key) is not None for key in ASKING)


def _tokens(count: Count) -> str:
    return f"{'' if count.exact else '~'}{counted(count.tokens, 'token')}"


def _dollars(cost: Decimal | None) -> str:
    return "price unknown" if cost is None else dollars(cost)


def _estimated(model: str, count: Count) -> str:
    """By what, where it is not the model's own encoding or a part of the prompt counts in its own way."""
    own = encoding_of(model)[1]
    return f"estimated by {count.encoding}{'' if own else f', as no encoding of {model} is published'}"
