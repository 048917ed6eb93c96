"""Neovim with what docs/editors.md says for it: one start, in which somebody works on a collection."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from tests.editor import ROOT
from tests.pages import blocks
from tests.peers.programs import installed, run_peer

COLLECTION: Final = """\
variables:
  BASE_URL: http://127.0.0.1:9
requests:
  - name: log in 😀
    url: <<BASE_URL>>/login?who=😀&with=<<BASE_URL>>
    expct: {status: 200}
"""
SESSION: Final = """\
vim.cmd("filetype on")
local told = {}
local function tell(name, value) told[name] = value end
local function found()
  return vim.tbl_map(function(one) return { one.lnum, one.col, one.message } end, vim.diagnostic.get(0))
end
local function ask(method, line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local params = vim.lsp.util.make_position_params(0, "utf-16")
  for _, one in pairs(vim.lsp.buf_request_sync(0, method, params, 20000) or {}) do return one.result end
end
vim.cmd("edit a.yaml")
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
tell("wrong", found())
vim.api.nvim_buf_set_lines(0, 5, 6, false, { "    expect: {status: 200}" })
vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end, 20)
tell("right", found())
local line = vim.api.nvim_buf_get_lines(0, 4, 5, false)[1]
local column = line:find("<<BASE_URL>>", 20, true) + 3
tell("hover", ask("textDocument/hover", 5, column).contents.value)
tell("definition", ask("textDocument/definition", 5, column)[1].range.start.line)
local words = {}
for _, one in ipairs(ask("textDocument/completion", 6, 13).items) do words[#words + 1] = one.label end
tell("words", words)
vim.lsp.codelens.refresh()
vim.wait(20000, function() return #vim.lsp.codelens.get(0) > 0 end, 20)
tell("lenses", vim.tbl_map(function(one) return one.command.title end, vim.lsp.codelens.get(0)))
vim.api.nvim_buf_set_lines(0, 5, 6, false, { "    expect: {status: 200}", "    method: GET" })
if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 20000 }) else vim.lsp.buf.formatting_sync(nil, 20000) end
tell("formatted", vim.api.nvim_buf_get_lines(0, 3, -1, false))
io.stdout:write(vim.json and vim.json.encode(told) or vim.fn.json_encode(told))
"""
ENDING: Final = """\
local well, why = pcall(dofile, "work.lua")
if not well then io.stderr:write(why) end
vim.cmd(well and "qa!" or "cq!")
"""
"""Else a mistake above would leave the editor waiting for somebody."""


def test_neovim_as_the_page_sets_it_up(tmp_path: Path) -> None:
    installed("nvim")
    older = next(one.text for one in blocks("lua") if "start_client" in one.text)
    (tmp_path / "a.yaml").write_text(COLLECTION, encoding="utf-8")
    program = tmp_path / "runner"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m runner "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    lua = older.replace('"runner", "lsp"', f'"{program}", "lsp"') + SESSION
    (tmp_path / "work.lua").write_text(lua, encoding="utf-8")
    (tmp_path / "session.lua").write_text(ENDING, encoding="utf-8")
    ended = run_peer("nvim", "--headless", "-n", "-u", "NONE", "-S", "session.lua", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout[ended.stdout.index("{") :])
    assert told["wrong"] == [[5, 4, 'unknown key "expct" in a request\nDid you mean "expect"?']]
    assert told["right"] == []
    assert told["hover"].startswith("`BASE_URL`: `http://127.0.0.1:9`")
    assert told["definition"] == 1
    assert {"status", "json", "duration"} <= set(told["words"])
    assert told["lenses"] == ["Run this request", "Show as curl"]
    assert [line.split()[0] for line in told["formatted"][1:]] == ["method:", "url:", "expect:"]
