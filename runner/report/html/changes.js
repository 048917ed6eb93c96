// This run held against the one before it.

const CHANGE_WORDS = {
  "newly failing": "It passed before.", "still failing": "It failed before, too.", fixed: "It failed before.", slower: "It takes longer than before.",
  dearer: "It costs more than before.", new: "It was not in the run before.", gone: "It was in the run before, but not in this one.",
};

function changesView(report) {
  const { comparison } = report;
  return [
    el("h2", null, "Comparison"),
    el("p", { class: "dim" }, "This run against the one of ", timeElement(comparison.started), "."),
    sumsTable(report),
    CHANGE_KINDS.map((kind) => changesOf(kind, comparison.changes.filter((change) => change.kind === kind), report)),
    comparison.changes.length ? false : el("p", null, "Nothing changed."),
  ].flat().filter(Boolean);
}

function sumsTable(report) {
  const { comparison } = report;
  const row = (name, before, after, format = number) => {
    const known = typeof before === "number" && typeof after === "number";
    const step = known ? after - before : 0;
    return [name, typeof before === "number" ? format(before) : "unknown", typeof after === "number" ? format(after) : "unknown", known && step ? `${step > 0 ? "+" : "−"}${format(Math.abs(step))}` : ""];
  };
  const rows = [
    ...STATUSES.map((status) => row(status, comparison.counts[status] || 0, report.counts[status] || 0)),
    row("time", comparison.duration, report.duration, duration),
    ...(comparison.tokens === null && report.tokens === null ? [] : [row("tokens", comparison.tokens, report.tokens), row("cost", comparison.cost, report.cost, dollars)]),
  ];
  return el("div", { class: "totals" }, table("Totals before and now", ["", "Before", "Now", "Difference"], rows, [1, 2, 3]));
}

function changesOf(kind, changes, report) {
  if (!changes.length) return false;
  const id = `changes-${kind.replace(" ", "-")}`;
  const rows = changes.map((change) => [
    changeName(change, report),
    change.before || change.after ? beforeAfter(change) : "",
    change.since ? timeElement(change.since) : ""]);
  return el("section", { class: "change-list", "aria-labelledby": id },
    el("h3", { id }, el("span", { class: `badge ${kind.replace(" ", "-")}` }, kind), ` ${number(changes.length)} `, el("span", { class: "dim" }, CHANGE_WORDS[kind] || "")),
    table(kind, ["Request", "Before → now", rows.some((row) => row[2]) ? "Failing since" : ""], rows));
}

function changeName(change, report) {
  const record = report.records.find((one) => one.changes.includes(change));
  const title = [change.file, change.row, change.round].filter(Boolean).join(" ");
  return [record ? requestLink(record) : bdi(change.name), el("p", { class: "dim" }, bdi(title))];
}

/** What was and what is, as far as it differs. */
function beforeAfter({ kind, before, after }) {
  const told = (glance) => {
    if (!glance) return el("span", { class: "dim" }, "not there");
    const amounts = { slower: duration(glance.duration), dearer: typeof glance.cost === "number" ? dollars(glance.cost) : typeof glance.tokens === "number" ? counted(glance.tokens, "token") : "cost unknown" };
    return amounts[kind] ? el("span", null, amounts[kind]) : [statusWord(glance.status), el("span", { class: "dim" }, ` ${duration(glance.duration)}`)];
  };
  return el("span", { class: "before-after" }, told(before), el("span", { "aria-label": "then" , role: "img" }, " → "), told(after));
}
