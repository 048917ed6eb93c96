// When each request of the run was sent and how long it took: a row for each, and the whole run at the top.

const LANE = 3;
const MOST_LANES = 24;
const CROWDED = 150;

class Timeline {
  constructor(box, open) {
    this.open = open;
    this.canvas = el("canvas", { class: "minimap", "aria-hidden": "true" });
    this.axis = el("div", { class: "axis", "aria-hidden": "true" });
    this.note = el("p", { class: "count" });
    this.zoom = el("input", { type: "checkbox", id: "zoom" });
    this.zoom.addEventListener("change", () => this.rescale());
    this.scroller = el("div", { class: "scroller", role: "list", tabindex: "0", "aria-label": "Requests in the order in which they were sent" });
    box.append(
      el("h2", { class: "timeline-heading" }, "Timeline"),
      el("div", { class: "timeline-tools" }, this.note, el("label", { for: "zoom" }, this.zoom, " Scale to what is in sight"), legend()),
      this.canvas, this.axis, this.scroller);
    this.rows = new Rows(this.scroller, rowHeight(), (index) => this.row(index));
    this.scroller.addEventListener("scroll", () => requestAnimationFrame(() => this.rescale()), { passive: true });
    this.canvas.addEventListener("click", (event) => this.jump(event.offsetX / this.canvas.clientWidth));
    new ResizeObserver(() => this.paint()).observe(this.canvas);
  }

  /** Those of `records` that were sent; `cut` is there if the list's filter holds, and takes it away. */
  show(records, cut) {
    this.records = records.filter(({ request }) => wasSent(request)).sort((one, other) => one.request.at - other.request.at || one.index - other.index);
    this.end = Math.max(...[1e-6], this.records.reduce((end, record) => Math.max(end, finish(record)), 0));
    this.lanes = lanesOf(this.records);
    if (!this.shown) this.zoom.checked = this.records.length > CROWDED;
    this.shown = true;
    const most = concurrency(this.records);
    this.note.textContent = this.records.length
      ? `${counted(this.records.length, "request")} over ${duration(this.end)}, at most ${number(most)} at the same time.`
      : "No request was sent.";
    if (cut) this.note.append(" The filter of the list holds here, too. ", el("button", { type: "button", class: "more", on: { click: cut } }, "Show all"));
    this.scale = null;
    this.rows.reset(this.records.length);
    this.rescale();
  }

  /** Bars are drawn by two CSS variables, so that a new scale moves all of them at once. */
  rescale() {
    const [first, last] = this.rows.seen;
    const seen = this.zoom.checked ? this.records.slice(first, last) : [];
    const from = seen.length ? seen[0].request.at : 0;
    const to = seen.length ? Math.max(...seen.map(finish)) : this.end;
    this.scale = [from, Math.max(to - from, 1e-6)];
    this.scroller.style.setProperty("--zero", from);
    this.scroller.style.setProperty("--span", this.scale[1]);
    this.axis.replaceChildren(...ticks(from, this.scale[1]));
    this.paint();
  }

  row(index) {
    const { request, file } = this.records[index];
    const took = timeTaken(request);
    const first = took - request.duration + (request.response?.timings?.first_byte ?? request.duration);
    const attempts = (request.attempts || []).length;
    const label = `${request.status}, at ${duration(request.at)}, took ${duration(took)}${attempts > 1 ? `, ${attempts} attempts` : ""}`;
    return el(
      "div",
      { role: "listitem", class: "row time-row" },
      el("a", { class: "time-name", href: new State("#requests").with({ open: this.records[index].index }).hash, title: plainText(`${file.title}: ${request.name}`) },
        el("span", { class: `mark ${request.status}`, "aria-hidden": "true" }, SIGNS[request.status]), el("span", { class: "row-name" }, bdi(request.name)), el("span", { class: "dim" }, bdi(file.row || file.round ? [file.row, file.round].filter(Boolean).join(" ") : file.title)), el("span", { class: "visually-hidden" }, label)),
      el("span", { class: "number", "aria-hidden": "true" }, duration(took)),
      el("span", { class: "lane", "aria-hidden": "true" },
        el("span", { class: `time-bar ${request.status}`, vars: { "--at": request.at, "--took": took, "--first": took ? Math.min(1, first / took) : 1 } })),
    );
  }

  /** The whole run, each request a line; the part that is in sight has a frame. */
  paint() {
    const { canvas } = this;
    const wide = canvas.clientWidth;
    if (!wide || !this.records) return;
    const ratio = window.devicePixelRatio || 1;
    const lanes = Math.min(MOST_LANES, this.lanes.reduce((most, lane) => Math.max(most, lane), 0) + 1);
    const tall = Math.max(24, lanes * LANE + 8);
    canvas.style.setProperty("height", `${tall}px`);
    canvas.width = wide * ratio;
    canvas.height = tall * ratio;
    const brush = canvas.getContext("2d");
    brush.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const color = Object.fromEntries(STATUSES.map((status) => [status, style.getPropertyValue(`--${status}`)]));
    this.records.forEach((record, i) => {
      brush.fillStyle = color[record.request.status];
      const x = (record.request.at / this.end) * wide;
      brush.fillRect(x, 4 + (this.lanes[i] % MOST_LANES) * LANE, Math.max(1, (timeTaken(record.request) / this.end) * wide), LANE - 1);
    });
    const [first, last] = this.rows.seen;
    const seen = this.records.slice(first, last);
    if (!seen.length || seen.length === this.records.length) return;
    const from = (seen[0].request.at / this.end) * wide;
    const to = (Math.max(...seen.map(finish)) / this.end) * wide;
    brush.strokeStyle = style.getPropertyValue("--text");
    brush.strokeRect(from + 0.5, 0.5, Math.max(3, to - from) - 1, tall - 1);
  }

  jump(share) {
    const index = this.records.findIndex(({ request }) => request.at >= share * this.end);
    this.rows.reveal(index < 0 ? this.records.length - 1 : index);
  }
}

function finish({ request }) {
  return request.at + timeTaken(request);
}

/** For each record, which are in the order of time, the lane in which it meets no other. */
function lanesOf(records) {
  const ends = [];
  return records.map((record) => {
    let lane = ends.findIndex((end) => end <= record.request.at);
    if (lane < 0) lane = ends.length < MOST_LANES ? ends.length : 0;
    ends[lane] = Math.max(ends[lane] || 0, finish(record));
    return lane;
  });
}

function concurrency(records) {
  const marks = records.flatMap((record) => [[record.request.at, 1], [finish(record), -1]]).sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  let now = 0;
  return marks.reduce((most, [, step]) => Math.max(most, (now += step)), 0);
}

/** Round times along the axis, five or so. */
function ticks(from, span) {
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= from + span * 0.97; at += step) {
    found.push(el("span", { class: "tick", vars: { "--share": (at - from) / span } }, duration(Math.max(0, at))));
  }
  return found;
}

function legend() {
  return el("p", { class: "legend" }, el("span", { class: "swatch waiting" }), " waiting ", el("span", { class: "swatch" }), " body");
}
