// The list of requests, grouped by file. Only the rows in sight are in the page, so that thousands cost nothing.

const BEYOND = 12;

/** Rows of one height in a box that scrolls. `draw(i)` makes the element of a row. */
class Rows {
  constructor(scroller, height, draw) {
    this.scroller = scroller;
    this.height = height;
    this.draw = draw;
    this.count = 0;
    this.drawn = new Map();
    this.sheet = el("div", { class: "rows", role: "presentation" });
    scroller.append(this.sheet);
    scroller.addEventListener("scroll", () => this.update(), { passive: true });
    new ResizeObserver(() => this.update()).observe(scroller);
  }

  /** Show `count` rows anew. */
  reset(count) {
    this.count = count;
    this.sheet.style.setProperty("height", `${count * this.height}px`);
    this.sheet.replaceChildren();
    this.drawn.clear();
    this.update();
  }

  get seen() {
    const first = Math.floor(this.scroller.scrollTop / this.height);
    const last = Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / this.height);
    return [Math.max(0, first), Math.min(this.count, last)];
  }

  update() {
    const [first, last] = [Math.max(0, this.seen[0] - BEYOND), Math.min(this.count, this.seen[1] + BEYOND)];
    for (const [index, row] of this.drawn) {
      if (index >= first && index < last) continue;
      row.remove();
      this.drawn.delete(index);
    }
    const fresh = [];
    for (let index = first; index < last; index++) {
      if (this.drawn.has(index)) continue;
      const row = this.draw(index);
      row.style.setProperty("transform", `translateY(${index * this.height}px)`);
      this.drawn.set(index, row);
      fresh.push(row);
    }
    this.sheet.append(...fresh);
  }

  /** Bring a row into sight. */
  reveal(index) {
    const top = index * this.height;
    const room = this.scroller.clientHeight;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top - this.height;
    else if (top + this.height > this.scroller.scrollTop + room) this.scroller.scrollTop = top + 2 * this.height - room;
    this.update();
  }
}

/** The tree of files and requests. `choose(record, enter)` is told which one is looked at. */
class RequestList {
  constructor(box, choose) {
    this.box = box;
    this.choose = choose;
    this.closed = new Set();
    this.entries = [];
    this.at = -1;
    this.rows = new Rows(box, rowHeight(), (index) => this.row(index));
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("click", (event) => this.click(event));
  }

  show(records, open) {
    this.records = records;
    this.entries = [];
    const groups = Map.groupBy ? Map.groupBy(records, (record) => record.file) : groupedByFile(records);
    for (const [file, members] of groups) {
      this.entries.push({ file, members });
      if (!this.closed.has(file)) {
        members.forEach((record, i) => this.entries.push({ record, position: i + 1, size: members.length }));
      }
    }
    this.groups = groups.size;
    this.at = open === null ? -1 : this.entries.findIndex((entry) => entry.record?.index === open);
    this.rows.reset(this.entries.length);
    if (this.at >= 0) this.rows.reveal(this.at);
    this.mark();
  }

  row(index) {
    const entry = this.entries[index];
    const row = entry.file ? this.fileRow(entry) : requestRow(entry);
    row.id = `row-${index}`;
    row.dataset.index = index;
    if (index === this.at) row.setAttribute("aria-selected", "true");
    return row;
  }

  fileRow({ file, members }) {
    const broken = members.filter(isBroken).length;
    return el(
      "div",
      { role: "treeitem", class: "row file-row", "aria-level": 1, "aria-expanded": String(!this.closed.has(file)), "aria-selected": "false", title: plainText(file.title) },
      el("span", { class: "fold", "aria-hidden": "true" }),
      el("span", { class: "file-name" }, bdi(file.title)),
      broken ? el("span", { class: "broken-count" }, `${number(broken)} failed`) : false,
      el("span", { class: "number" }, number(members.length)),
    );
  }

  mark() {
    for (const row of this.rows.drawn.values()) row.setAttribute("aria-selected", String(Number(row.dataset.index) === this.at));
    const row = this.rows.drawn.get(this.at);
    if (row) this.box.setAttribute("aria-activedescendant", row.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  /** Look at the entry `index`. */
  go(index, enter = false) {
    if (index < 0 || index >= this.entries.length) return;
    this.at = index;
    this.rows.reveal(index);
    this.mark();
    if (this.entries[index].record) this.choose(this.entries[index].record, enter);
  }

  /** The next request (`step` 1) or the one before (-1). */
  step(step) {
    let index = this.at + step;
    if (this.at < 0 && step < 0) return;
    while (index >= 0 && index < this.entries.length && !this.entries[index].record) index += step;
    this.go(index);
  }

  fold(file, closed) {
    if (closed) this.closed.add(file);
    else this.closed.delete(file);
    this.show(this.records, null);
    this.at = this.entries.findIndex((entry) => entry.file === file);
    this.rows.reveal(this.at);
    this.mark();
  }

  click(event) {
    const row = event.target.closest(".row");
    if (!row) return;
    const { file } = this.entries[Number(row.dataset.index)];
    if (file) this.fold(file, !this.closed.has(file));
    else this.go(Number(row.dataset.index), true);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.rows.height) - 1);
    const entry = this.entries[this.at];
    const moves = {
      ArrowDown: () => this.go(this.at + 1),
      ArrowUp: () => this.go(this.at - 1),
      PageDown: () => this.go(Math.min(this.entries.length - 1, this.at + page)),
      PageUp: () => this.go(Math.max(0, this.at - page)),
      Home: () => this.go(0),
      End: () => this.go(this.entries.length - 1),
      ArrowLeft: () => entry && this.foldFrom(entry),
      ArrowRight: () => entry?.file && this.fold(entry.file, false),
      Enter: () => entry && (entry.file ? this.fold(entry.file, !this.closed.has(entry.file)) : this.choose(entry.record, true)),
    };
    if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[event.key]();
  }

  /** From a request to its file, which a second press closes. */
  foldFrom(entry) {
    if (entry.file) this.fold(entry.file, true);
    else this.go(this.entries.findIndex((one) => one.file === entry.record.file));
  }
}

function requestRow({ record, position, size: total }) {
  const { request } = record;
  return el(
    "div",
    { role: "treeitem", class: `row request-row ${request.status}`, "aria-level": 2, "aria-posinset": position, "aria-setsize": total, "aria-selected": "false", title: plainText(request.name) },
    el("span", { class: `mark ${request.status}` }, el("span", { "aria-hidden": "true" }, SIGNS[request.status]), el("span", { class: "visually-hidden" }, request.status)),
    el("span", { class: "row-title" }, el("span", { class: "row-name" }, bdi(request.name)), changeBadge(record)),
    el("span", { class: "row-target" }, bdi(request.method || request.target ? `${request.method || ""} ${request.target || ""}`.trim() : request.reason || "")),
    el("span", { class: "row-code" }, httpStatus(request)),
    el("span", { class: "number" }, wasSent(request) ? duration(request.duration) : ""),
  );
}

function changeBadge(record) {
  const [change] = record.changes;
  return change ? el("span", { class: `badge ${change.kind.replace(" ", "-")}` }, change.kind) : false;
}

function groupedByFile(records) {
  const groups = new Map();
  for (const record of records) {
    if (!groups.has(record.file)) groups.set(record.file, []);
    groups.get(record.file).push(record);
  }
  return groups;
}

function rowHeight() {
  return Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 1.875);
}
