// The first page: the verdict, wrong files, what broke, and where the time went.

const MOST_CAUSES = 20;
const MOST_OTHERS = 6;
const MOST_SLOW = 5;
const LONGEST_EXCERPT = 800;
const EXCERPT_LINES = 10;
const MOST_DOUBTFUL = 50;
const MOST_FILES = 200;

function overview(report) {
  return [
    hero(report),
    problemsSection(report),
    changesNote(report),
    brokenSection(report),
    warningsSection(report),
    filesSection(report),
    slowestSection(report),
  ].flat().filter(Boolean);
}

function hero(report) {
  return el(
    "section",
    { class: `hero ${tone(report.verdict)}`, "aria-labelledby": "verdict-heading" },
    el("h2", { id: "verdict-heading" }, report.verdict.charAt(0).toUpperCase() + report.verdict.slice(1)),
    el("p", { class: "hero-line" }, totals(report)),
    proportions(report.counts),
    el("dl", { class: "hero-facts" }, heroFacts(report).map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value)))),
    report.command && el("div", { class: "command" }, el("code", null, bdi(report.command)), copyButton("Copy command", report.command)),
  );
}

function tone(verdict) {
  return { passed: "good", "nothing run": "dull" }[verdict] || "bad";
}

function totals(report) {
  const { counts } = report;
  const parts = STATUSES.filter((status) => counts[status]).map((status) => el("a", { class: `total ${status}`, href: new State("#requests").with({ status: new Set([status]) }).hash },
    el("strong", null, number(counts[status])), ` ${status === "error" ? (counts.error === 1 ? "error" : "errors") : status}`));
  const plain = [
    counts.not_run && `${number(counts.not_run)} not sent`,
    counts.files_skipped && `${counted(counts.files_skipped, "file")} skipped`,
    counts.warnings && counted(counts.warnings, "warning"),
  ].filter(Boolean).map((text) => el("span", { class: "total" }, text));
  return parts.length + plain.length ? [...parts, ...plain] : "No request was sent.";
}

function proportions(counts) {
  const all = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  if (!all) return false;
  return el("div", { class: "proportions", "aria-hidden": "true" }, STATUSES.filter((status) => counts[status]).map((status) => el("span", { class: status, vars: { "--share": counts[status] } })));
}

function heroFacts(report) {
  const { counts, records } = report;
  return [
    began(report) && ["Started", timeElement(report.started)],
    began(report) && ["Took", duration(report.duration)],
    records.length && ["Requests", `${number(records.length)} in ${counted(report.files.length, report.files.some((file) => file.row || file.round) ? "run of a file" : "file", report.files.some((file) => file.row || file.round) ? "runs of files" : "files")}`],
    ["Exit code", `${report.exit_code}: ${MEANINGS[report.exit_code] || ""}`],
    report.tokens !== null && report.tokens !== undefined && ["Tokens", number(report.tokens)],
    report.cost !== null && report.cost !== undefined && ["Cost", dollars(report.cost) + (report.mocked ? " (mock: nothing spent)" : "")],
    report.mocked && ["Answered by", "the mock server"],
    report.replayed && ["Answered by", ["the recording ", bdi(report.replayed.file), ": times are those of then"]],
    report.strict && ["Strict", counts.skipped || counts.warnings ? "skips and warnings count as failures" : "yes"],
    report.interrupted && ["Interrupted", report.interrupted === 143 ? "by a signal to end" : "by Ctrl-C"],
    report.budget && ["Stopped", [`by ${report.budget.limit} before `, bdi(report.budget.unsent)]],
    report.runner && ["Written by", `runner ${report.runner}`],
  ].filter(Boolean);
}

function problemsSection(report) {
  if (!report.problems.length) return false;
  const errors = report.problems.filter((problem) => problem.severity === "error").length;
  const heading = errors ? `Wrong in the files: ${counted(errors, "error")}` : "Doubtful in the files";
  return el(
    "section",
    { "aria-labelledby": "problems-heading" },
    el("h2", { id: "problems-heading" }, heading),
    el("ul", { class: "problems" }, report.problems.map((problem) => el("li", { class: problem.severity },
      el("p", { class: "what" }, problem.location && el("code", { class: "place" }, bdi(problem.location.column ? `${place(problem.location)}:${problem.location.column}` : place(problem.location))),
        el("strong", null, `${problem.severity}: `), bdi(problem.message)),
      problem.hint && el("p", { class: "note" }, bdi(problem.hint))))),
  );
}

function changesNote(report) {
  if (!report.comparison) return false;
  const count = (kind) => report.comparison.changes.filter((change) => change.kind === kind).length;
  const parts = CHANGE_KINDS.filter(count).map((kind) => el("span", { class: `badge ${kind.replace(" ", "-")}` }, `${number(count(kind))} ${kind}`));
  return el("section", { class: "change-note", "aria-labelledby": "change-heading" },
    el("h2", { id: "change-heading" }, "Since the run before"),
    el("p", null, parts.length ? parts : "Nothing changed.", " ", el("a", { href: "#changes" }, "Compare")));
}

/** What broke, the same cause once, the first to break first. */
function brokenSection(report) {
  const broken = brokenInOrder(report.records);
  if (!broken.length) return false;
  const causes = [...sameCauses(broken).values()];
  return el(
    "section",
    { "aria-labelledby": "broken-heading" },
    el("h2", { id: "broken-heading" }, causes.length > 1 ? "What broke, the first to break first" : "What broke"),
    causes.slice(0, MOST_CAUSES).map((records) => brokenCard(records, report)),
    causes.length > MOST_CAUSES ? el("p", null, el("a", { href: "#requests?status=failed,error" }, `${counted(causes.length - MOST_CAUSES, "more cause")}: all failed requests in the list`)) : false,
  );
}

function sameCauses(broken) {
  const causes = new Map();
  for (const record of broken) {
    const { request } = record;
    const told = failedChecks(request).map((check) => [check.subject, check.expected, check.got]);
    const key = JSON.stringify([told, told.length ? null : request.error || request.reason]);
    if (causes.has(key)) causes.get(key).push(record);
    else causes.set(key, [record]);
  }
  return causes;
}

function requestLink(record) {
  return el("a", { href: new State("#requests").with({ open: record.index }).hash }, bdi(record.request.name));
}

function brokenCard([first, ...others], report) {
  const { request } = first;
  const waiting = report.records.filter((record) => record.file === first.file && record.request.held_up && record.request.reason?.includes(`"${request.name}"`)).length;
  return el(
    "article",
    { class: `card ${request.status}` },
    el("h3", null, statusWord(request.status), " ", requestLink(first)),
    el("p", { class: "card-facts" },
      el("span", { class: "method" }, request.method || ""), bdi(request.request?.url || request.target || ""),
      el("span", null, httpStatus(request)), el("span", null, wasSent(request) ? `${duration(request.duration)}, at +${duration(request.at)}` : "not sent"),
      el("code", { class: "place" }, bdi(place(request.location)))),
    sinceLine(first),
    failureSection(request),
    excerpt(request),
    others.length ? othersLine(first, others) : false,
    waiting ? el("p", { class: "note" }, `${counted(waiting, "request was", "requests were")} skipped because of it.`) : false,
  );
}

/** The start of the answer to a status that nothing else explains. */
function excerpt(request) {
  const body = request.response?.body;
  const unexplained = failedChecks(request).some((check) => check.subject === "status") && !request.advice?.says;
  if (!unexplained || !body?.text) return false;
  const lines = laidOut(body.text.slice(0, LONGEST_EXCERPT)).split("\n");
  const cut = lines.length > EXCERPT_LINES || body.text.length > LONGEST_EXCERPT;
  return el("div", { class: "excerpt" },
    el("p", { class: "dim" }, `The server sent ${size(body.size)}`, body.media_type && [" of ", bdi(body.media_type)], ":"),
    el("pre", null, el("code", null, lines.slice(0, EXCERPT_LINES).join("\n"), cut ? "\n…" : "")));
}

function othersLine(first, others) {
  const shown = others.slice(0, MOST_OTHERS).map((record, i) => [i ? ", " : "", otherLink(first, record)]).flat();
  const rest = others.length - MOST_OTHERS;
  return el("p", { class: "others" }, `The same in ${counted(others.length, "other")}: `, shown, rest > 0 ? [", ", el("a", { href: "#requests?status=failed,error" }, `${number(rest)} more`)] : false);
}

/** By what tells them apart: the name, else the data row and round. */
function otherLink(first, record) {
  const which = [record.file.row, record.file.round].filter(Boolean).join(" ");
  const address = new State("#requests").with({ open: record.index }).hash;
  if (record.request.name === first.request.name) return el("a", { href: address }, bdi(which || record.file.title));
  return el("a", { href: address }, bdi(record.request.name), which && el("span", { class: "dim" }, " ", bdi(which)));
}

function warningsSection(report) {
  const doubtful = report.records.filter((record) => record.request.warnings?.length && !isBroken(record));
  if (!doubtful.length) return false;
  return el("section", { "aria-labelledby": "doubtful-heading" }, el("h2", { id: "doubtful-heading" }, "Passed, but doubtful"),
    el("ul", { class: "plain-list" }, doubtful.slice(0, MOST_DOUBTFUL).map((record) => el("li", null, requestLink(record), ": ", record.request.warnings.map((warning, i) => [i ? "; " : "", bdi(warning)]).flat()))),
    moreLine(doubtful.length - MOST_DOUBTFUL));
}

function moreLine(left) {
  return left > 0 ? el("p", { class: "dim" }, `… and ${number(left)} more`) : false;
}

/** Whether anything was sent; a run with a wrong file never began. */
function began(report) {
  return report.records.length > 0 || report.duration > 0;
}

/** The files of the run: rows and rounds of one file are one line. */
function filesSection(report) {
  const files = new Map();
  for (const file of report.files) {
    const sum = files.get(file.file) || { name: file.name, runs: 0, requests: 0, skipped: "", time: 0, counts: { passed: 0, failed: 0, error: 0, skipped: 0 } };
    sum.runs++;
    sum.requests += file.records.length;
    sum.skipped ||= file.skipped;
    for (const { request } of file.records) {
      sum.counts[request.status]++;
      sum.time += request.duration || 0;
    }
    files.set(file.file, sum);
  }
  if (!files.size) return false;
  const rows = [...files].slice(0, MOST_FILES).map(([name, sum]) => [
    [sum.requests ? el("a", { href: new State("#requests").with({ text: name }).hash }, bdi(name)) : bdi(name), sum.name && el("span", { class: "dim" }, " ", bdi(sum.name)), sum.skipped && el("p", { class: "note" }, "skipped: ", bdi(sum.skipped))],
    number(sum.runs), ...STATUSES.map((status) => (sum.counts[status] ? el("span", { class: `count-${status}` }, number(sum.counts[status])) : el("span", { class: "dim" }, "0"))), duration(sum.time)]);
  return el("section", { "aria-labelledby": "files-heading" }, el("h2", { id: "files-heading" }, "Files"),
    table("Files of the run", ["File", "Runs", "Failed", "Errors", "Passed", "Skipped", "Time in requests"], rows, [1, 2, 3, 4, 5, 6]), moreLine(files.size - MOST_FILES));
}

function slowestSection(report) {
  const sent = report.records.filter((record) => wasSent(record.request));
  if (sent.length < 2) return false;
  const slowest = sent.sort((one, other) => other.request.duration - one.request.duration).slice(0, MOST_SLOW);
  const longest = slowest[0].request.duration || 1;
  return el("section", { "aria-labelledby": "slow-heading" }, el("h2", { id: "slow-heading" }, "Slowest requests"),
    table("Slowest requests", ["Request", "File", "Took", ""], slowest.map((record) => [requestLink(record), bdi(record.file.title), duration(record.request.duration),
      el("span", { class: "track" }, el("span", { class: "phase wait", vars: { "--from": 0, "--to": record.request.duration / longest } }))]), [2]));
}
