"""The HTML report as a reader meets it: in a real browser, from disk, without a network."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, expect, sync_playwright

from runner.report.html_report import render_html
from runner.report.json_report import render_json
from runner.report.record import Report
from tests.command import Program
from tests.html_reports import CURL, HOSTILE, broken, compared, fine, large, unexplained, wrong

ROOT: Final = Path(__file__).parents[1]
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")  # as containers need it
WAY: Final = (
    "the HTML report is looked at in Chromium: install it (apt-get install chromium) or set TEST_BROWSER to its path"
)
VIEWS: Final = ("requests", "requests?r=1", "requests?r=4", "timeline", "models", "changes", "overview")
ROW: Final = "#list [role=treeitem][aria-level='2']"
FOUND: Final = {
    "QUO": ["quota"],
    "shop.example/users": ["user"],
    "health.yaml alive": ["alive"],
    "refused the connection": ["refused"],
    "(.*": [],
    "nothing like it": [],
}
AXE: Final = "(rules) => axe.run({ resultTypes: ['violations'], ...rules }).then((found) => found.violations)"
GO: Final = """(view) => new Promise((done) => {
    addEventListener("hashchange", done, { once: true });
    location.hash = view;
})"""
IN_A_FRAME: Final = """async (change) => {
    const [search, bodies, list] = ["search", "bodies", "list"].map((id) => document.getElementById(id));
    const before = performance.now();
    eval(change);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - before;
}"""


@dataclass
class Reader:
    """Opens reports, and notes what a report must never do."""

    browser: Browser
    folder: Path
    noted: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, report: Report, where: str = "", **options: object) -> Page:
        """``options`` are those of a browser's context."""
        path = self.folder / f"report-{len(self.contexts)}.html"
        path.write_text("".join(render_html(report)), encoding="utf-8")
        return self.open_file(path, where, **options)

    def open_file(self, path: Path, where: str = "", **options: object) -> Page:
        context = self.browser.new_context(**options)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.noted.append(f"fault: {error}"))
        page.on("dialog", self._dialog)
        context.on("request", self._request)
        page.goto(f"{path.as_uri()}#{where}")
        return page

    def _dialog(self, dialog: Dialog) -> None:
        self.noted.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        self.noted.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "about:")):
            self.noted.append(f"request: {request.url}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("TEST_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(WAY)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield launched
        launched.close()


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    found = Reader(browser, tmp_path)
    yield found
    for context in found.contexts:
        context.close()
    assert found.noted == []


def seen(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def go(page: Page, view: str) -> None:
    page.evaluate(GO, view)


def evaluated(page: Page, expression: str) -> object:
    found: object = page.evaluate(expression)
    return found


def test_the_document_in_it_is_the_json_report() -> None:
    text = "".join(render_html(broken()))
    data = re.findall(r'<script type="application/json" id="report">(.*?)</script>', text, re.DOTALL)
    assert len(data) == 1
    assert not re.search("[<>&]", data[0])
    assert json.loads(data[0]) == json.loads("".join(render_json(broken())))
    assert text.count("<script") == 2


def test_it_says_at_a_glance_what_became_of_the_run(reader: Reader) -> None:
    page = reader.open(broken())
    assert page.title() == "Failed: 4 failed · 2024-10-04T04:48"
    icon = page.locator("link[rel=icon]").get_attribute("href") or ""
    assert "%23b3231b" in icon
    expect(page.get_by_role("heading", name="Failed", exact=True)).to_be_visible()
    assert seen(page, ".total") == ["3 failed", "1 error", "4 passed", "1 skipped", "1 warning"]
    facts = dict(zip(seen(page, ".hero-facts dt"), seen(page, ".hero-facts dd"), strict=True))
    assert facts["Took"] == "1.3 s"
    assert facts["Requests"] == "9 in 2 files"
    assert facts["Exit code"] == "4: a request got no usable response"
    assert seen(page, ".command code") == ["runner run --jobs 8 shop.yaml health.yaml"]


def test_a_run_that_passed_is_green_and_shows_no_models(reader: Reader) -> None:
    page = reader.open(fine())
    assert "%2317713a" in (page.locator("link[rel=icon]").get_attribute("href") or "")
    expect(page.get_by_role("heading", name="Passed", exact=True)).to_be_visible()
    assert seen(page, "#views a") == ["Overview", "Requests", "Timeline"]
    assert page.locator(".card").count() == 0


def test_wrong_files_come_first_and_nothing_else_is_offered(reader: Reader) -> None:
    page = reader.open(wrong())
    expect(page.get_by_role("heading", name="Invalid", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Wrong in the files: 1 error")).to_be_visible()
    assert "shop.yaml:12" in page.locator(".problems").inner_text()
    assert "Here it is called retries." in page.locator(".problems").inner_text()
    assert seen(page, "#views a") == ["Overview"]
    assert "1970" not in page.locator("body").inner_text()


def test_what_broke_first_comes_first(reader: Reader) -> None:
    page = reader.open(broken())
    assert [text.split()[0] for text in seen(page, ".card h3 a")] == ["refused", "user", "hostile", "quota"]
    first = page.locator(".card").first.inner_text()
    assert "127.0.0.1:9 refused the connection." in first
    assert "Is the server running?" in first
    assert "1 request was skipped because of it." in page.locator(".card").nth(1).inner_text()
    assert "the answer is empty" in page.locator("section:has(#doubtful-heading)").inner_text()


def test_an_answer_that_nothing_explains_is_shown_at_once(reader: Reader) -> None:
    page = reader.open(unexplained())
    text = page.locator(".card .excerpt").inner_text()
    assert "The server sent 627 bytes of text/html:" in text
    assert "<h1>Gone</h1>" in text
    assert text.endswith("<p>lost</p>\n…")


def test_the_same_failure_is_told_once(reader: Reader) -> None:
    page = reader.open(large(400))
    assert page.locator(".card").count() == 1
    assert "The same in 7 others" in page.locator(".others").inner_text()


def test_a_request_says_what_failed_and_all_of_its_exchange(reader: Reader) -> None:
    page = reader.open(broken())
    page.get_by_role("link", name="user", exact=True).first.click()
    detail = page.locator("#detail")
    expect(detail.get_by_role("heading", name="user")).to_be_visible()
    assert evaluated(page, "location.hash") == "#requests?r=1"
    text = detail.inner_text()
    for part in (
        "shop.yaml:5",
        "shop.yaml:9",
        "https://shop.example/users/1",
        "smoke",
        "$.items[1].qty differs",
        "1 of 3 hold",
    ):
        assert part in text
    detail.get_by_text("2 headers").first.click()
    expect(detail.get_by_role("rowheader", name="X-Request-Id")).to_be_visible()
    assert seen(page, ".phases tbody th") == ["Name lookup", "Connecting", "TLS", "Waiting", "Body"]
    assert seen(page, ".phases td.number:nth-child(3)") == ["1.0 ms", "2.0 ms", "4.0 ms", "8.0 ms", "5.0 ms"]


def test_expected_and_got_differ_by_words_and_by_lines(reader: Reader) -> None:
    page = reader.open(broken(), "requests?r=1")
    words, lines = page.locator("#detail .diff").first, page.locator("#detail .diff").nth(1)
    assert [one.split() for one in words.locator(".diff-line").all_inner_texts()] == [
        ["-", "expected", '"Ada', 'Byron"'],
        ["+", "got", '"Ada', 'Lovelace"'],
    ]
    assert words.locator("mark").all_inner_texts() == ["Byron", "Lovelace"]
    changed = [re.sub(r"\s+", " ", text) for text in lines.locator(".diff-line:not(.same)").all_inner_texts()]
    assert changed == [
        '- expected: "qty": 3',
        '+ got: "qty": 1',
        '- expected: "state": "paid"',
        '+ got: "state": "pending"',
    ]
    assert lines.locator("mark").all_inner_texts() == ["3", "1", "paid", "pending"]


def test_attempts_advice_and_bodies_are_shown(reader: Reader) -> None:
    page = reader.open(broken(), "requests?r=3")
    text = page.locator("#detail").inner_text()
    assert "3 attempts" in text
    assert "waited 50 ms" in text
    assert "The API says: insufficient_quota" in text
    assert "Add a payment method." in text


def test_json_is_folded_and_says_every_number_as_it_came(reader: Reader) -> None:
    page = reader.open(broken(), "requests?r=1")
    tree = page.get_by_role("region", name="Response", exact=True).locator(".json")
    assert "12345678901234567890" in tree.inner_text()
    assert "20.0" in tree.inner_text()
    expect(tree.get_by_text("still")).to_be_visible()
    tree.locator("summary").first.click()
    expect(tree.get_by_text("still")).to_be_hidden()
    page.get_by_role("region", name="Response", exact=True).get_by_role("button", name="Raw").click()
    expect(page.get_by_role("region", name="Response body")).to_contain_text('"price": 20.0, "name"')


def test_what_is_cut_off_or_binary_is_said(reader: Reader) -> None:
    page = reader.open(broken(), "requests?r=6")
    expect(page.locator("#detail .cut")).to_have_text("… 9,936,000 more characters were cut off: the body has 10.0 MB.")
    page.evaluate("location.hash = '#requests?r=7'")
    expect(page.locator("#detail .cut")).to_have_text("Binary data: 10.2 kB that are not shown.")


def test_events_of_a_stream_have_their_times(reader: Reader) -> None:
    page = reader.open(broken(), "requests?r=5")
    assert "a stream as of OpenAI, 457 events, its end mark came" in page.locator(".stream").inner_text()
    assert page.locator(".events").count() == 0
    page.get_by_text("Events: 450 events").click()
    expect(page.locator(".events tbody tr")).to_have_count(200)
    assert seen(page, ".events tbody tr:nth-child(3) td") == ["20 ms", "+10 ms", "chunk", '{"n": 2}']
    page.get_by_role("button", name="Show more: 250 events left").click()
    expect(page.locator(".events tbody tr")).to_have_count(400)
    assert "7 events more, cut off." in page.locator(".stream").inner_text()


def test_the_list_is_filtered_by_result_and_tag_and_the_address_keeps_it(reader: Reader) -> None:
    page = reader.open(broken(), "requests")
    expect(page.locator("#count")).to_have_text("9 requests")
    page.get_by_role("button", name="failed 3").click()
    expect(page.locator("#count")).to_have_text("3 of 9 requests")
    page.get_by_role("button", name="error 1").click()
    expect(page.locator("#count")).to_have_text("4 of 9 requests")
    page.get_by_role("button", name="smoke 3").click()
    expect(page.locator("#count")).to_have_text("2 of 9 requests")
    assert evaluated(page, "location.hash") == "#requests?status=failed%2Cerror&tag=smoke"
    page.reload()
    expect(page.locator("#count")).to_have_text("2 of 9 requests")
    assert page.get_by_role("button", name="error 1").get_attribute("aria-pressed") == "true"
    assert page.locator(ROW).count() == 2


@pytest.mark.parametrize("where", ["requests?tag=%25&r=abc&status=,", "requests?r=99", "nowhere", "models?r=-1", "%"])
def test_any_address_shows_something(reader: Reader, where: str) -> None:
    page = reader.open(broken(), where)
    expect(page.locator("#views a[aria-current]")).to_be_visible()


def test_a_search_looks_at_names_addresses_and_failures(reader: Reader) -> None:
    page = reader.open(broken(), "requests")
    for text, names in FOUND.items():
        page.get_by_role("searchbox").fill(text)
        expect(page.locator("#count")).to_contain_text(f"{len(names)} of 9 requests")
        assert seen(page, f"{ROW} .row-name") == names
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#count")).to_have_text("9 requests")


def test_bodies_are_searched_if_asked(reader: Reader) -> None:
    page = reader.open(broken(), "requests")
    page.get_by_role("searchbox").fill("still")
    expect(page.locator("#count")).to_contain_text("0 of 9 requests")
    page.get_by_label("bodies").check()
    expect(page.locator("#count")).to_have_text("4 of 9 requests")


def test_all_can_be_done_with_the_keyboard(reader: Reader) -> None:
    page = reader.open(broken())
    heading = page.locator("#detail h2")
    keys = page.keyboard
    keys.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    keys.type("a")
    keys.press("Escape")
    expect(page.locator("#count")).to_have_text("9 requests")
    keys.press("Enter")
    expect(page.get_by_role("tree")).to_be_focused()
    expect(heading).to_have_text("user")
    keys.press("j")
    expect(heading).to_have_text("refused")
    keys.press("ArrowDown")
    keys.press("k")
    expect(heading).to_have_text("refused")
    keys.press("n")
    expect(heading).to_have_text("quota")
    active = page.get_by_role("tree").get_attribute("aria-activedescendant")
    assert "quota" in page.locator(f"#{active}").inner_text()
    keys.press("Enter")
    expect(heading).to_be_focused()
    keys.press("Escape")
    expect(heading).to_have_count(0)
    keys.press("Home")
    keys.press("ArrowLeft")
    assert page.locator(ROW).count() == 1
    keys.press("ArrowRight")
    assert page.locator(ROW).count() == 9
    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    keys.press("t")
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    keys.press("o")
    expect(page.get_by_role("heading", name="Failed", exact=True)).to_be_visible()


@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "selection"])
def test_the_curl_command_is_copied(reader: Reader, clipboard: bool) -> None:
    """Pages from disk may not be let use the clipboard the new way."""
    page = reader.open(broken(), "requests?r=1", permissions=["clipboard-read", "clipboard-write"])
    if not clipboard:
        page.evaluate("navigator.clipboard.writeText = () => { throw new Error('not let'); }; 0")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert evaluated(page, "navigator.clipboard.readText()") == CURL


def brightness(page: Page) -> float:
    color = str(evaluated(page, "getComputedStyle(document.documentElement).backgroundColor"))
    return sum(map(int, re.findall(r"\d+", color)[:3])) / 765


def test_dark_and_light_follow_the_system_and_the_reader(reader: Reader) -> None:
    page = reader.open(broken(), color_scheme="dark")
    assert brightness(page) < 0.2
    page.get_by_role("button", name="Light colours").click()
    assert brightness(page) > 0.9
    page.reload()
    assert brightness(page) > 0.9
    page.keyboard.press("d")
    assert brightness(page) < 0.2
    assert brightness(reader.open(broken(), color_scheme="light")) > 0.9


def test_on_paper_failures_are_whole_and_controls_are_not_there(reader: Reader) -> None:
    page = reader.open(broken(), "timeline", color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="The failures in detail")).to_be_visible()
    assert brightness(page) > 0.9
    assert page.locator(".printed").count() == 4
    expect(page.get_by_role("rowheader", name="X-Request-Id").first).to_be_visible()
    expect(page.get_by_role("heading", name="Failed", exact=True)).to_be_visible()
    assert [one for one in page.locator("button, nav, #timeline-view").all() if one.is_visible()] == []
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_narrow_window_needs_no_scrolling_sideways(reader: Reader) -> None:
    page = reader.open(compared(), viewport={"width": 390, "height": 800})
    wider = (
        "[...document.querySelectorAll('.sheet, .pane')].filter((box) => box.scrollWidth > box.clientWidth + 1).length"
    )
    for view in VIEWS:
        go(page, view)
        assert evaluated(page, "document.documentElement.scrollWidth") == 390, view
        assert evaluated(page, wider) == 0, view


def test_the_way_back_leads_back(reader: Reader) -> None:
    page = reader.open(broken())
    page.get_by_role("link", name="4 passed").click()
    expect(page.locator("#count")).to_have_text("4 of 9 requests")
    page.get_by_role("link", name="Timeline").click()
    page.go_back()
    expect(page.locator("#count")).to_have_text("4 of 9 requests")
    page.go_back()
    expect(page.get_by_role("heading", name="Failed", exact=True)).to_be_visible()


def test_a_narrow_window_shows_the_list_or_a_request(reader: Reader) -> None:
    page = reader.open(broken(), "requests", viewport={"width": 390, "height": 800})
    page.locator(ROW).first.click()
    expect(page.get_by_role("heading", name="user")).to_be_visible()
    expect(page.get_by_role("tree")).to_be_hidden()
    page.get_by_role("button", name="All requests").click()
    expect(page.get_by_role("tree")).to_be_visible()


@pytest.mark.parametrize(("scheme", "rules"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})])
def test_everybody_can_read_it(reader: Reader, scheme: str, rules: dict[str, list[str]]) -> None:
    """By the rules of axe-core, contrast among them."""
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page = reader.open(compared(), color_scheme=scheme)
    page.evaluate(axe)
    for view in VIEWS:
        go(page, view)
        against = page.evaluate(AXE, rules)
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in against] == [], view


def test_a_screen_reader_finds_its_way(reader: Reader) -> None:
    page = reader.open(broken(), "requests?r=3")
    for role in ("banner", "navigation", "main", "searchbox", "tree", "status"):
        assert page.get_by_role(role).count() >= 1, role
    expect(page.get_by_role("treeitem", name=re.compile("^✕?failed quota"))).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("treeitem", name=re.compile("shop.yaml"))).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("link", name="Requests", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.locator("#count")).to_have_attribute("aria-live", "polite")


def test_what_a_server_sends_is_only_text(reader: Reader) -> None:
    page = reader.open(broken())
    for view in ("timeline", "models", "requests?r=4"):
        go(page, view)
        page.locator("summary").evaluate_all("all => all.forEach((one) => one.click())")
    assert evaluated(page, "window.__pwned") is None
    assert evaluated(page, "document.scripts.length") == 2
    assert evaluated(page, "document.images.length") == 0
    shown = str(evaluated(page, "document.getElementById('page').textContent"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u200b\u2028]", shown)
    assert "\\u202egnp.exe\\u202c\\x1b[31mred\\x07\\x00\\u200b\\u2028" in shown
    titles = str(evaluated(page, "[...document.querySelectorAll('[title]')].map((one) => one.title).join()"))
    assert "\u202e" not in titles


def test_a_wrong_file_with_hostile_texts_is_only_text(reader: Reader) -> None:
    page = reader.open(wrong())
    assert evaluated(page, "window.__pwned") is None
    assert "\\u202egnp.exe" in page.locator(".problems").inner_text()


def test_nothing_else_may_run_in_it(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("".join(render_html(fine())), encoding="utf-8")
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "report.html").as_uri())
    for attempt in (
        "const one = document.createElement('script'); one.textContent = 'window.ran = 1'; document.body.append(one)",
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"x\" onerror=\"window.ran = 2\">')",
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/x.png\">')",
    ):
        page.evaluate(attempt)
    page.wait_for_function("performance.now() > 0")
    assert evaluated(page, "window.ran") is None
    assert len([text for text in said if "Content Security Policy" in text]) >= 3
    page.context.close()


def test_without_scripts_the_failures_are_there(reader: Reader) -> None:
    page = reader.open(broken(), java_script_enabled=False)
    text = page.locator("pre").inner_text()
    assert text.startswith("Failed, exit code 4: 4 passed, 3 failed, 1 error, 1 skipped\n")
    assert 'FAIL  user  (shop.yaml)\n        shop.yaml:9  $.name\n          expected  "Ada Byron"\n' in text
    assert "127.0.0.1:9 refused the connection." in text
    assert "\u202e" not in text


def test_models_are_charted_with_their_words_and_a_table(reader: Reader) -> None:
    page = reader.open(broken(), "models")
    rows = [[cell.strip() for cell in row.split("\t")] for row in seen(page, "#models-view tbody tr")]
    assert rows[0] == ["gpt-4.1-mini", "1 of 2", "14", "7", "≥ 21", "≥ $0.000012", "120 ms", "17.5"]
    assert rows[1][4:] == ["30", "$0.00", "200 ms", "40.0"]
    for name in ("Tokens", "Cost", "Time to first token", "Tokens per second"):
        expect(page.get_by_role("img", name=re.compile(f"^{name} gpt"))).to_be_visible()
    assert "prompt 14, completion 7" in (page.locator("#chart-tokens-words").text_content() or "")


def test_two_runs_are_compared(reader: Reader) -> None:
    page = reader.open(compared(), "changes")
    headings = [re.sub(r"\s+", " ", text) for text in seen(page, ".change-list h3")]
    assert [re.sub(r" 1 .*", "", text) for text in headings] == [
        "newly failing", "still failing", "fixed", "slower", "dearer", "new", "gone",
    ]  # fmt: skip
    newly = page.get_by_role("row", name=re.compile("^user")).inner_text()
    assert "✓ passed" in newly
    assert "✕ failed" in newly
    assert page.get_by_role("row", name=re.compile("^user")).locator("time").get_attribute("datetime") == (
        "2024-10-03T04:48:10.250Z"
    )
    assert "20 ms → 500 ms" in page.get_by_role("row", name=re.compile("^cut")).inner_text()
    assert "$0.00001 → $0.02" in page.get_by_role("row", name=re.compile("^stream")).inner_text()
    assert page.get_by_role("link", name="an old one").count() == 0
    page.get_by_role("link", name="Overview").click()
    assert "1 newly failing" in seen(page, ".change-note .badge")
    assert "failing since" in page.locator(".card:has-text('user') .since").first.inner_text()


def test_the_timeline_has_a_bar_for_each_request_and_its_words(reader: Reader) -> None:
    page = reader.open(broken(), "timeline")
    assert seen(page, "#timeline-view .count") == ["8 requests over 1.1 s, at most 2 at the same time."]
    rows = page.locator("#timeline-view [role=listitem]")
    assert rows.count() == 8
    assert "passed, at 0 ms, took 20 ms" in rows.first.locator("a").inner_text()
    bars = page.locator(".time-bar")
    first, last = bars.first.bounding_box(), bars.nth(3).bounding_box()
    assert first is not None
    assert last is not None
    lane = page.locator(".lane").first.bounding_box()
    assert lane is not None
    assert first["x"] == pytest.approx(lane["x"], abs=1)
    assert last["x"] + last["width"] == pytest.approx(lane["x"] + lane["width"], abs=1)
    rows.last.locator("a").click()
    expect(page.get_by_role("heading", name="binary")).to_be_visible()
    page.get_by_role("button", name="failed 3").click()
    page.get_by_role("link", name="Timeline").click()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(8)


def opening(page: Page, address: str) -> float:
    """How many seconds it takes until the first request of the list is there."""
    page.goto("about:blank")
    before = monotonic()
    page.goto(address)
    page.locator(ROW).first.wait_for()
    return monotonic() - before


def test_five_thousand_requests_open_at_once_and_are_filtered_without_a_pause(reader: Reader) -> None:
    page = reader.open(fine())
    path = reader.folder / "large.html"
    path.write_text("".join(render_html(large())), encoding="utf-8")
    assert min(opening(page, f"{path.as_uri()}#requests") for _ in range(2)) < 2
    assert page.locator(ROW).count() < 100
    page.evaluate(IN_A_FRAME, "0")
    for change in (
        "search.value = 'item 4'; search.dispatchEvent(new Event('input'))",
        "search.value = 'region=7'; search.dispatchEvent(new Event('input'))",
        "document.querySelector('.chip.failed').click()",
        "bodies.click()",
        "list.scrollTop = 60000",
        "location.hash = '#timeline'",
        "location.hash = '#requests'",
    ):
        assert min(page.evaluate(IN_A_FRAME, change) for _ in range(2)) < 200, change


def test_the_command_line_writes_it(reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "collections", tmp_path / "collections")
    program = Program(monkeypatch, tmp_path, {"API_KEY": "sk-0123456789abcdef"})
    ended = program.run("run", "collections/streaming.yaml", "--mock", "--report", "html")
    assert ended.code == 0, ended.text
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "0123456789abcdef" not in text
    page = reader.open_file(tmp_path / "report.html", "requests?r=1")
    expect(page.locator("#verdict")).to_have_text("passed")
    expect(page.locator("#detail .stream")).to_contain_text("its end mark came")
    assert html.unescape(page.title()).startswith("Passed · ")
    assert HOSTILE not in text
