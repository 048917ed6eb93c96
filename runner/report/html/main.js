// The page as a whole: its views, the filter, the keys, the theme, what is printed.

const MOST_TAGS = 12;
const MOST_PRINTED = 200;
const LONGEST_PRINTED = 3000;
const KEYS = [
  ["/", "search"], ["j k  ↓ ↑", "next, previous request"], ["n p", "next, previous failure"], ["Enter", "open"], ["Esc", "back, clear the search"],
  ["o r t m c", "overview, requests, timeline, models, comparison"], ["d", "dark or light"], ["?", "these keys"],
];

const at = (id) => document.getElementById(id);

class Page {
  constructor(report) {
    this.report = report;
    this.state = new State(location.hash);
    this.made = new Set();
    this.views = [
      ["overview", "Overview", "o"],
      ...(report.records.length ? [["requests", "Requests", "r"], ["timeline", "Timeline", "t"]] : []),
      ...(report.models.some((model) => model.requests) ? [["models", "Models", "m"]] : []),
      ...(report.comparison ? [["changes", "Comparison", "c"]] : []),
    ];
  }

  start() {
    const { report } = this;
    at("page").hidden = false;
    at("title").textContent = `Report: ${report.verdict}`;
    const broken = (report.counts.failed || 0) + (report.counts.error || 0);
    at("verdict").classList.add(tone(report.verdict));
    at("verdict").append(report.verdict, broken ? el("span", { class: "verdict-count" }, ` ${number(broken)} of ${number(report.records.length)}`) : "");
    at("views").append(...this.views.map(([view, label]) => el("a", { href: `#${view}`, id: `to-${view}`, on: { click: (event) => this.follow(event, view) } }, label)));
    this.list = new RequestList(at("list"), (record, enter) => this.choose(record, enter));
    this.makeTools();
    this.makeKeys();
    addEventListener("hashchange", () => this.render(new State(location.hash)));
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("beforeprint", () => this.preparePrint());
    matchMedia("print").addEventListener("change", (event) => event.matches && this.preparePrint());
    this.render(this.state);
  }

  /** The links between views keep the filter. */
  follow(event, view) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.go({ view, open: view === "requests" ? this.state.open : null });
  }

  go(changes) {
    const next = this.state.with(changes);
    if (next.hash !== location.hash) history.pushState(null, "", next.hash);
    this.render(next);
  }

  replace(changes) {
    const next = this.state.with(changes);
    history.replaceState(null, "", next.hash);
    this.render(next);
  }

  render(state) {
    if (!this.views.some(([view]) => view === state.view)) state.view = "overview";
    if (state.open !== null && !this.report.records[state.open]) state.open = null;
    const before = this.state;
    const first = !this.made.size;
    this.state = state;
    for (const [view] of this.views) {
      at(`${view}-view`).hidden = view !== state.view;
      if (view === state.view) at(`to-${view}`).setAttribute("aria-current", "page");
      else at(`to-${view}`).removeAttribute("aria-current");
    }
    this.make(state.view);
    const same = !first && ["text", "bodies"].every((name) => before[name] === state[name]) && ["status", "tags"].every((name) => [...before[name]].join() === [...state[name]].join());
    if (!same) this.filter();
    if (state.view === "requests") {
      if (!same || !this.listed) this.showList();
      this.showDetail();
    }
    if (state.view === "timeline") this.timeline.show(this.chosen, state.filtered && (() => this.clear()));
  }

  /** A view is made when it is first looked at. */
  make(view) {
    if (this.made.has(view)) return;
    this.made.add(view);
    const { report } = this;
    if (view === "overview") at("overview-view").append(...overview(report));
    if (view === "timeline") this.timeline = new Timeline(at("timeline-view"));
    if (view === "models") at("models-view").append(...modelsView(report).filter(Boolean));
    if (view === "changes") at("changes-view").append(...changesView(report));
  }

  makeTools() {
    const { report } = this;
    this.search = el("input", { type: "search", id: "search", placeholder: "Search name, URL, failure  ( / )", "aria-label": "Search requests", autocomplete: "off", spellcheck: "false" });
    this.search.addEventListener("input", () => this.replace({ text: this.search.value.trim() }));
    this.bodies = el("input", { type: "checkbox", id: "bodies" });
    this.bodies.addEventListener("change", () => this.replace({ bodies: this.bodies.checked }));
    const tags = new Map();
    for (const { request } of report.records) for (const tag of request.tags || []) tags.set(tag, (tags.get(tag) || 0) + 1);
    const common = [...tags].sort((one, other) => other[1] - one[1]).slice(0, MOST_TAGS);
    at("tools").append(
      el("div", { class: "search-line" }, this.search, el("label", { for: "bodies" }, this.bodies, " bodies")),
      el("div", { class: "chips", role: "group", "aria-label": "Filter by result" }, STATUSES.filter((status) => report.counts[status]).map((status) => this.chip("status", status, report.counts[status]))),
      common.length ? el("div", { class: "chips", role: "group", "aria-label": "Filter by tag" }, common.map(([tag, count]) => this.chip("tags", tag, count))) : "");
  }

  chip(set, value, count) {
    const chip = el("button", { type: "button", class: `chip ${set === "status" ? value : "tag-chip"}`, "aria-pressed": "false" }, bdi(value), " ", el("span", { class: "chip-count" }, number(count)));
    chip.addEventListener("click", () => {
      const chosen = new Set(this.state[set]);
      if (!chosen.delete(value)) chosen.add(value);
      this.replace({ [set]: chosen });
    });
    (this.chips ||= []).push([set, value, chip]);
    return chip;
  }

  filter() {
    const { state, report } = this;
    this.chosen = state.filtered ? selected(report.records, state) : report.records;
    this.listed = false;
    for (const [set, value, chip] of this.chips || []) chip.setAttribute("aria-pressed", String(state[set].has(value)));
    if (document.activeElement !== this.search) this.search.value = state.text;
    this.bodies.checked = state.bodies;
    const all = report.records.length;
    at("count").textContent = this.chosen.length === all ? counted(all, "request") : `${number(this.chosen.length)} of ${counted(all, "request")}`;
    if (!this.chosen.length && all) at("count").append(". ", el("button", { type: "button", class: "more", on: { click: () => this.clear() } }, "Show all"));
  }

  clear() {
    this.search.value = "";
    this.replace({ text: "", status: new Set(), tags: new Set() });
  }

  showList() {
    this.listed = true;
    this.list.show(this.chosen, this.state.open);
    if (this.list.at < 0) at("list").scrollTop = 0;
  }

  choose(record, enter) {
    const narrow = matchMedia("(max-width: 820px)").matches;
    if (!enter && narrow) return;
    if (narrow) this.go({ open: record.index });
    else this.replace({ open: record.index });
    if (enter) at("detail").querySelector("h2")?.focus();
  }

  showDetail() {
    const { open } = this.state;
    at("requests-view").classList.toggle("with-detail", open !== null);
    if (this.detailOf === open) return;
    this.detailOf = open;
    const record = open === null ? null : this.report.records[open];
    at("detail").replaceChildren(...(record ? [el("button", { type: "button", class: "back", on: { click: () => this.go({ open: null }) } }, "← All requests"), ...requestDetail(record)] : [nothingOpen(this.report)]));
    at("detail").scrollTop = 0;
    if (record && this.list.entries[this.list.at]?.record !== record) {
      this.list.at = this.list.entries.findIndex((entry) => entry.record === record);
      if (this.list.at >= 0) this.list.rows.reveal(this.list.at);
      this.list.mark();
    }
  }

  /** To the next failure in the list, or the one before. */
  failure(step) {
    if (this.state.view !== "requests") this.go({ view: "requests" });
    const { entries } = this.list;
    let index = this.list.at + step;
    while (index >= 0 && index < entries.length && !(entries[index].record && isBroken(entries[index].record))) index += step;
    this.list.go(index);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
    if (event.target.matches("input[type=search], textarea")) {
      if (event.key === "Escape") this.leaveSearch();
      if (event.key === "ArrowDown" || event.key === "Enter") this.enterList(event);
      return;
    }
    const inList = event.target === at("list");
    const moves = {
      "/": () => this.goSearch(), j: () => this.move(1), k: () => this.move(-1), n: () => this.failure(1), p: () => this.failure(-1),
      "?": () => at("keys").showModal(), d: () => theme.toggle(), Escape: () => this.escape(),
      ...(inList || event.target !== document.body ? {} : { ArrowDown: () => this.state.view === "requests" && this.move(1), ArrowUp: () => this.state.view === "requests" && this.move(-1) }),
      ...Object.fromEntries(this.views.map(([view, , key]) => [key, () => this.go({ view, open: view === "requests" ? this.state.open : null })])),
    };
    if (!moves[event.key] || moves[event.key]() === false) return;
    event.preventDefault();
  }

  move(step) {
    if (this.state.view !== "requests") this.go({ view: "requests" });
    this.list.step(step);
  }

  goSearch() {
    if (this.state.view !== "requests") this.go({ view: "requests", open: null });
    this.search.focus();
    this.search.select();
  }

  leaveSearch() {
    if (!this.search.value) return this.search.blur();
    this.search.value = "";
    this.replace({ text: "" });
  }

  enterList(event) {
    event.preventDefault();
    at("list").focus();
    if (this.list.at < 0) this.list.step(1);
  }

  escape() {
    if (this.state.view === "requests" && this.state.open !== null) {
      this.go({ open: null });
      at("list").focus();
    } else if (this.state.filtered) this.clear();
  }

  makeKeys() {
    const box = at("keys");
    box.append(el("h2", { id: "keys-heading" }, "Keys"), el("dl", null, KEYS.map(([keys, meaning]) => el("div", null, el("dt", null, keys.split(" ").filter(Boolean).map((key) => el("kbd", null, key))), el("dd", null, meaning)))),
      el("form", { method: "dialog" }, el("button", null, "Close")));
    at("help").addEventListener("click", () => box.showModal());
  }

  /** On paper: the overview, and every failure with all that is known of it. */
  preparePrint() {
    this.make("overview");
    if (at("print-only").children.length) return;
    const broken = brokenInOrder(this.report.records);
    if (!broken.length) return;
    at("print-only").append(el("h2", null, "The failures in detail"), ...broken.slice(0, MOST_PRINTED).map((record) => {
      const detail = el("article", { class: "printed" }, requestDetail(record, 3));
      for (const fold of detail.querySelectorAll(".fold-box")) fold.open = true;
      for (const block of detail.querySelectorAll("pre")) cutForPrint(block);
      return detail;
    }));
    if (broken.length > MOST_PRINTED) at("print-only").append(el("p", null, `${number(broken.length - MOST_PRINTED)} more failures are not printed.`));
  }
}

/** Paper takes the start of a long text. */
function cutForPrint(block) {
  const text = block.firstElementChild.textContent;
  if (text.length > LONGEST_PRINTED) block.replaceChildren(el("code", null, text.slice(0, LONGEST_PRINTED), `\n… ${number(text.length - LONGEST_PRINTED)} more characters, not printed`));
}

function nothingOpen(report) {
  const broken = brokenInOrder(report.records);
  return el("div", { class: "nothing" }, el("p", null, report.records.length ? "Choose a request." : "No request was sent."),
    broken.length ? el("p", null, "The first to break: ", requestLink(broken[0])) : false);
}

/** Dark or light: as the system says, until the reader says otherwise. */
const theme = {
  get dark() {
    const { theme: chosen } = document.documentElement.dataset;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  },
  set(chosen) {
    if (chosen) document.documentElement.dataset.theme = chosen;
    const label = this.dark ? "Light" : "Dark";
    at("theme").textContent = label;
    at("theme").setAttribute("aria-label", `${label} colours`);
  },
  toggle() {
    const chosen = this.dark ? "light" : "dark";
    this.set(chosen);
    try {
      localStorage.setItem("runner-report-theme", chosen);
    } catch {
      // a page from disk may not be let remember it
    }
  },
  start() {
    let kept = null;
    try {
      kept = localStorage.getItem("runner-report-theme");
    } catch {
      // as above
    }
    this.set(kept === "dark" || kept === "light" ? kept : null);
    at("theme").addEventListener("click", () => this.toggle());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.set(null));
  },
};

theme.start();
new Page(readReport()).start();
