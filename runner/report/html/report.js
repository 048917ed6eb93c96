// The report as the page knows it: the document that is embedded, and its requests in one list.

const MEANINGS = {
  0: "nothing failed", 1: "a check failed", 2: "the command line is wrong", 3: "a file is wrong: nothing was sent",
  4: "a request got no usable response", 5: "nothing was run", 6: "stopped by a limit of tokens or cost", 70: "a fault of the program",
  130: "interrupted", 143: "terminated",
};
const STATUSES = ["failed", "error", "passed", "skipped"];
const SIGNS = { passed: "✓", failed: "✕", error: "!", skipped: "–" };
const CHANGE_KINDS = ["newly failing", "still failing", "fixed", "slower", "dearer", "new", "gone"];

/** The document with `records`: each request with its place in the list, its file and what changed of it. */
function readReport() {
  const report = JSON.parse(document.getElementById("report").textContent);
  report.problems ||= [];
  report.models ||= [];
  const changes = new Map();
  for (const change of report.comparison?.changes || []) {
    const key = JSON.stringify([change.file, change.row || "", change.round || "", change.name]);
    changes.set(key, [...(changes.get(key) || []), change]);
  }
  report.records = [];
  report.files.forEach((file) => {
    file.title = [file.file, file.row, file.round].filter(Boolean).join(" ");
    file.records = file.requests.map((request) => {
      const key = JSON.stringify([file.file, file.row || "", file.round || "", request.name]);
      const record = { index: report.records.length, request, file, changes: changes.get(key) || [] };
      report.records.push(record);
      return record;
    });
  });
  return report;
}

function isBroken(record) {
  return record.request.status === "failed" || record.request.status === "error";
}

/** The broken ones in the order in which they broke; what was never sent comes last. */
function brokenInOrder(records) {
  const end = ({ request }) => (wasSent(request) ? request.at + timeTaken(request) : Infinity);
  return records.filter(isBroken).sort((one, other) => end(one) - end(other) || one.index - other.index);
}

function wasSent(request) {
  return request.at !== undefined && request.at !== null;
}

/** How long all sendings of a request took, without the waits between them. */
function timeTaken(request) {
  const all = (request.attempts || []).reduce((sum, attempt) => sum + attempt.duration, 0);
  return Math.max(all, request.duration || 0);
}

function failedChecks(request) {
  return (request.checks || []).filter((check) => !check.passed);
}

function place(location) {
  return `${location.file}:${location.line}`;
}

function httpStatus(request) {
  return request.http_status ? String(request.http_status) : request.error ? request.error.kind : "";
}

function tokensOf(request) {
  const known = (request.usage || []).map((usage) => usage.total_tokens);
  return known.length && known.every((tokens) => typeof tokens === "number") ? known.reduce((sum, one) => sum + one, 0) : null;
}

function costOf(request) {
  const known = (request.usage || []).map((usage) => usage.cost);
  return known.length && known.every((cost) => typeof cost === "number") ? known.reduce((sum, one) => sum + one, 0) : null;
}

/** Why it failed, in one line. */
function cause(request) {
  const [check] = failedChecks(request);
  if (check) return check.got ? `${check.subject}: expected ${check.expected}, got ${check.got}` : `${check.subject} ${check.note || ""}`;
  return request.error?.message || request.reason || "";
}

function statusWord(status) {
  return el("span", { class: `status ${status}` }, el("span", { "aria-hidden": "true", class: "sign" }, SIGNS[status] || "?"), " ", status);
}
