"""Heavy parts by name, imported when they are used: what a run does not need it does not pay for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

LIVE_TRANSPORT: Final = "runner.transport.live:opener"
MOCK_TRANSPORT: Final = "runner.mock.transport:MockTransport"
MOCK_SERVER: Final = "runner.cli.commands.mocking:mock_server"
COLLECTION_FILE: Final = "runner.plugin.collecting:collection_file"
IS_COLLECTION: Final = "runner.plugin.ours:is_collection"
BY_FILE: Final = "runner.plugin.by_file:by_file"
DATASET: Final = "runner.loading.dataset:read_rows"
DATA_FILE: Final = "runner.loading.dataset:read_data_file"
INCLUDE: Final = "runner.loading.includes:read_include"
INCLUDED_DEFAULTS: Final = "runner.loading.includes:read_defaults"
TURNS: Final = "runner.loading.turns:read_turns"
TOOL_CALLS: Final = "runner.engine.tool_calls:check_tool_calls"
CERTIFICATE: Final = "runner.cli.running.certificate:read_client_certificate"
PINS: Final = "runner.transport.pins:read_pin"
STREAMED: Final = "runner.engine.streaming:streamed"
HEARING: Final = "runner.engine.streaming:hearing"
UNSILENCED: Final = "runner.lint.ignoring:unsilenced"
RECALL: Final = "runner.cli.running.recall:Recall"
PREVIEW: Final = "runner.cli.commands.show:preview"
LEARNER: Final = "runner.cli.running.learning:Learner"
FIRST_ANSWERS: Final = "runner.cli.commands.first_answers:learn_first_answers"
WATCH: Final = "runner.cli.watching.watch:watch"
PROMPT: Final = "runner.llm.prompts:read_prompt"
USAGE: Final = "runner.llm.usage:read_usage"
COST: Final = "runner.llm.prices:cost_of"
RATE: Final = "runner.llm.prices:rate_of"
RATES: Final = "runner.cli.running.rates:Rates"
AMOUNTS: Final = "runner.llm.amounts:amounts"
USAGE_CHECK: Final = "runner.checks.usage:check_usage"
TOKENS_LABEL: Final = "runner.report.spending:tokens_label"
SPENT: Final = "runner.report.spending:spent"
MODEL_TABLE: Final = "runner.report.spending:model_lines"
SERVE_RECORDING: Final = "runner.cli.commands.mock_recording:serve_recording"
TAPED: Final = "runner.cli.running.taping:run_taped"
REPORTS: Final = "runner.cli.running.reports:opened"
GITHUB_JOB: Final = "runner.cli.running.github:tell_job"
ANNOTATE: Final = "runner.cli.running.github:annotate_problems"
PYTHON_CALL: Final = "runner.cli.commands.show_python:python_call"
WITH_IMPORTS: Final = "runner.exporting.python.script:with_imports"
COMMANDER: Final = "runner.convert.curl:Commander"
BUDGET: Final = "runner.cli.budget:read_budget"
SUMS: Final = "runner.engine.sums:Sums"
LOAD_PLAN: Final = "runner.loading.load_tests:read_load"
LOAD_TEST: Final = "runner.load_testing.start:start"
PRICES: Final = "runner.loading.prices:read_prices"
LANGUAGE_SERVER: Final = "runner.language_server.session:run"
AUTH: Final[Mapping[str, str]] = {
    scheme: f"runner.auth.{scheme}:{scheme}"
    for scheme in ("bearer", "basic", "digest", "api_key", "oauth2", "aws_sigv4")
}


def load(name: str) -> object:
    """The object that ``module:attribute`` names."""
    module, _, attribute = name.partition(":")
    loaded: object = getattr(import_module(module), attribute)
    return loaded
