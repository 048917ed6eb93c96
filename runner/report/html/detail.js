// One request: what failed, when what happened, what came back and what was sent.

const LONGEST_BODY = 20000;
const MOST_EVENTS = 200;

/** All of it. `level` is that of its heading. */
function requestDetail(record, level = 2) {
  const { request } = record;
  return [
    detailHead(record, level),
    failureSection(request),
    attemptsSection(request),
    timingSection(request),
    responseSection(request, level + 1),
    requestSection(request, level + 1),
    usageSection(request, level + 1),
    checksSection(request, level + 1),
  ].flat().filter(Boolean);
}

function detailHead(record, level) {
  const { request, file } = record;
  const facts = [
    statusWord(request.status),
    httpStatus(request) && el("span", null, request.response?.reason ? bdi(`${httpStatus(request)} ${request.response.reason}`) : httpStatus(request)),
    wasSent(request) && el("span", null, duration(request.duration)),
    tokensOf(request) !== null && el("span", null, counted(tokensOf(request), "token")),
    costOf(request) !== null && el("span", null, dollars(costOf(request))),
    request.model && bdi(request.model),
  ];
  return el(
    "header",
    { class: "detail-head" },
    el("p", { class: "path" }, bdi(file.title), file.name && [" · ", bdi(file.name)]),
    el(`h${level}`, { tabindex: "-1" }, bdi(request.name)),
    el("p", { class: "facts" }, facts.filter(Boolean)),
    request.method || request.target ? el("p", { class: "url" }, el("span", { class: "method" }, request.method), " ", bdi(request.request?.url || request.target)) : false,
    el("p", { class: "place" }, el("code", null, bdi(place(request.location))), (request.tags || []).map((tag) => el("span", { class: "tag" }, bdi(tag)))),
    sinceLine(record),
  );
}

function sinceLine(record) {
  return record.changes.map((change) =>
    el("p", { class: "since" }, el("span", { class: `badge ${change.kind.replace(" ", "-")}` }, change.kind), " ", change.before && change.after ? beforeAfter(change) : false, change.since ? [change.before ? ", failing since " : "failing since ", timeElement(change.since)] : false));
}

/** Checks that do not hold, the error, the advice, warnings and the reason. */
function failureSection(request) {
  const parts = [
    failedChecks(request).map((check) => failedCheck(check, request)),
    request.error && !failedChecks(request).length
      ? el("div", { class: "failure" }, el("p", { class: "what" }, bdi(request.error.message)), request.error.hint && el("p", null, bdi(request.error.hint)))
      : [],
    adviceBlock(request.advice),
    request.reason ? el("p", { class: "reason" }, bdi(request.reason)) : [],
    (request.warnings || []).map((warning) => el("p", { class: "warning" }, el("strong", null, "Warning: "), bdi(warning))),
  ].flat().filter(Boolean);
  return parts.length ? el("div", { class: "failures" }, parts) : false;
}

function failedCheck(check, request) {
  return el(
    "div",
    { class: "failure" },
    el("p", { class: "what" }, el("code", { class: "subject" }, bdi(check.subject)), " ", el("code", { class: "place" }, bdi(place(check.location || request.location)))),
    check.expected && check.got ? diffTable(check.expected, check.got) : false,
    check.expected && !check.got ? el("p", null, "Expected: ", bdi(check.expected)) : false,
    !check.expected && check.got ? el("p", null, "Got: ", bdi(check.got)) : false,
    check.note && el("p", { class: "note" }, bdi(check.note)),
  );
}

function adviceBlock(advice) {
  if (!advice) return [];
  return el(
    "div",
    { class: "advice" },
    advice.says && el("p", null, el("strong", null, "The API says: "), bdi(advice.says)),
    advice.remedy && el("p", null, bdi(advice.remedy)),
  );
}

function attemptsSection(request) {
  const attempts = request.attempts || [];
  const tries = request.tries || [];
  if (!attempts.length && !tries.length) return false;
  const passed = tries.filter((one) => one === "passed").length;
  return el(
    "section",
    { "aria-label": "Attempts" },
    el("h3", null, tries.length ? `${passed} of ${counted(tries.length, "try", "tries")} passed` : counted(attempts.length, "attempt")),
    attempts.length
      ? table("Attempts", ["", "Result", "Took", "Note"], attempts.map((one, i) => [String(i + 1), String(one.http_status ?? one.error ?? ""), duration(one.duration), bdi(one.note || "")]), [0, 2])
      : el("p", null, tries.map((one) => [statusWord(one), " "]).flat()),
  );
}

/** Where the time went: a bar for each phase, and the same in numbers. */
function timingSection(request) {
  const phases = phasesOf(request);
  if (!phases.length) return false;
  const total = Math.max(...phases.map((phase) => phase.start + phase.length), 1e-9);
  return el(
    "section",
    { "aria-label": "Time" },
    el("h3", null, request.attempts?.length ? "Time of the last attempt" : "Time"),
    el("table", { class: "phases" },
      el("caption", { class: "visually-hidden" }, "Phases of the request"),
      el("thead", { class: "visually-hidden" }, el("tr", null, ["Phase", "Began", "Took", "Bar"].map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", null, phases.map((phase) => el("tr", null,
        el("th", { scope: "row" }, phase.label),
        el("td", { class: "number dim" }, `+${duration(phase.start)}`),
        el("td", { class: "number" }, duration(phase.length)),
        el("td", null, el("span", { class: "track" }, el("span", { class: `phase ${phase.kind}`, vars: { "--from": phase.start / total, "--to": phase.length / total } }))))))),
    firstContentLine(request),
  );
}

function phasesOf(request) {
  const timings = request.response?.timings;
  if (!timings || !timings.total) return [];
  const phases = [];
  let at = 0;
  for (const [kind, label] of [["lookup", "Name lookup"], ["connect", "Connecting"], ["tls", "TLS"]]) {
    if (timings[kind] === undefined || timings[kind] === null) continue;
    phases.push({ kind, label, start: at, length: timings[kind] });
    at += timings[kind];
  }
  const first = timings.first_byte ?? timings.total;
  phases.push({ kind: "wait", label: "Waiting", start: Math.min(at, first), length: Math.max(0, first - at) });
  if (timings.first_byte !== undefined && timings.first_byte !== null) {
    phases.push({ kind: "arriving", label: "Body", start: first, length: Math.max(0, timings.total - first) });
  }
  return phases;
}

function firstContentLine(request) {
  const stream = request.response?.stream;
  const parts = [
    request.first_content !== undefined && request.first_content !== null && `first content after ${duration(request.first_content)}`,
    stream?.longest_gap !== undefined && stream?.longest_gap !== null && `longest gap ${duration(stream.longest_gap)}`,
  ].filter(Boolean);
  return parts.length ? el("p", { class: "dim" }, "Stream: ", parts.join(", "), ".") : false;
}

function responseSection(request, level) {
  const response = request.response;
  if (!response) return false;
  return el(
    "section",
    { class: "message", "aria-label": "Response" },
    el(`h${level}`, null, "Response ", el("span", { class: "dim" }, bdi(`${response.status} ${response.reason || ""}`.trim()), " · ", size(response.size ?? response.body?.size ?? 0))),
    (response.redirects || []).map((url, i) => el("p", { class: "url" }, "redirected from ", bdi(url), " to ", bdi(response.redirects[i + 1] || response.url || ""))),
    headersTable(response.headers),
    response.certificate && certificateLine(response.certificate),
    response.stream && streamSection(response.stream),
    response.body ? bodyView(response.body, "Response body") : el("p", { class: "dim" }, "No body."),
  );
}

function certificateLine(certificate) {
  const days = Math.floor(Math.abs(certificate.expires_in) / 86400);
  const validity = certificate.expires_in < 0 ? `expired ${counted(days, "day")} ago` : `valid for another ${counted(days, "day")}`;
  return el("p", { class: "dim" }, "Certificate of ", bdi(certificate.subject), ", issued by ", bdi(certificate.issuer), `, ${validity}.`);
}

function requestSection(request, level) {
  const sent = request.request;
  if (!sent) return false;
  return el(
    "section",
    { class: "message", "aria-label": "Request" },
    el(`h${level}`, null, "Request ", sent.curl && copyButton("Copy as curl", sent.curl)),
    el("p", { class: "url" }, el("span", { class: "method" }, sent.method), " ", bdi(sent.url)),
    headersTable(sent.headers),
    sent.body ? bodyView(sent.body, "Request body") : false,
    sent.curl && el("details", { class: "fold-box" }, el("summary", null, "curl"), codeBlock(sent.curl, "curl command")),
  );
}

function headersTable(headers) {
  if (!headers?.length) return false;
  return el(
    "details",
    { class: "fold-box" },
    el("summary", null, counted(headers.length, "header")),
    el("table", { class: "headers" },
      el("caption", { class: "visually-hidden" }, "Headers"),
      el("thead", { class: "visually-hidden" }, el("tr", null, el("th", { scope: "col" }, "Name"), el("th", { scope: "col" }, "Value"))),
      el("tbody", null, headers.map(([name, value]) => el("tr", null, el("th", { scope: "row" }, bdi(name)), el("td", null, bdi(value)))))),
  );
}

/** A body: JSON as a tree or as it came, other text as it came; what is not here is said. */
function bodyView(body, label) {
  const value = body.binary || body.left_out ? undefined : parsed(body.text || "");
  const hasTree = value !== undefined && isBranch(value);
  const box = el("div", { class: "body-box" });
  const show = (raw) => box.replaceChildren(raw || !hasTree ? rawBody(body, label) : jsonTree(value));
  const raw = el("button", { type: "button", class: "copy", "aria-pressed": "false" }, "Raw");
  raw.addEventListener("click", () => {
    const pressed = raw.getAttribute("aria-pressed") !== "true";
    raw.setAttribute("aria-pressed", String(pressed));
    show(pressed);
  });
  show(false);
  return el(
    "div",
    { class: "body" },
    el("div", { class: "body-bar" },
      el("span", { class: "dim" }, [body.media_type, size(body.size)].filter(Boolean).map((part, i) => [i ? " · " : "", bdi(part)]).flat()),
      hasTree && raw, body.text && copyButton(body.left_out ? "Copy what is here" : "Copy body", body.text)),
    box,
    cutNote(body),
  );
}

function cutNote(body) {
  const notes = [
    body.binary && `Binary data: ${size(body.size)} that are not shown.`,
    body.note && `Not shown: ${body.note}.`,
    body.left_out && `… ${number(body.left_out)} more characters were cut off: the body has ${size(body.size)}.`,
  ].filter(Boolean);
  return notes.map((note) => el("p", { class: "cut" }, bdi(note)));
}

function rawBody(body, label) {
  const text = body.text || "";
  if (!text) return el("p", { class: "dim" }, body.binary ? "Binary data." : "Nothing to show.");
  return codeBlock(text, label);
}

/** Text in a box that scrolls; the end of a long one comes on demand. */
function codeBlock(text, label) {
  const block = el("pre", { tabindex: "0", role: "region", "aria-label": label }, el("code", null, text.slice(0, LONGEST_BODY)));
  if (text.length <= LONGEST_BODY) return block;
  const more = el("button", { type: "button", class: "more", on: { click: () => block.replaceChildren(el("code", null, text)) } },
    `Show ${number(text.length - LONGEST_BODY)} more characters`);
  block.append("\n", more);
  return block;
}

function streamSection(stream) {
  const events = stream.events || [];
  const told = [stream.shape ? `a stream as of ${stream.shape}` : "a stream", counted(events.length + (stream.left_out || 0), "event"), stream.done ? "its end mark came" : "its end mark did not come"];
  const list = el("details", { class: "fold-box" }, el("summary", null, `Events: ${counted(events.length, "event")}`));
  list.addEventListener("toggle", () => list.children.length === 1 && list.append(eventsTable(events)));
  return el(
    "div",
    { class: "stream" },
    el("p", { class: "dim" }, `It came as ${told.join(", ")}.`),
    stream.fault && el("p", { class: "warning" }, bdi(stream.fault)),
    stream.note && el("p", { class: "cut" }, "The events are not shown: ", bdi(stream.note)),
    events.length ? list : false,
    stream.left_out ? el("p", { class: "cut" }, `${counted(stream.left_out, "event")} more, cut off.`) : false,
  );
}

function eventsTable(events) {
  const body = el("tbody");
  const more = el("button", { type: "button", class: "more" });
  const next = () => {
    const from = body.rows.length;
    body.append(...events.slice(from, from + MOST_EVENTS).map((event, i) => eventRow(event, events[from + i - 1])));
    more.hidden = body.rows.length >= events.length;
    more.textContent = `Show more: ${counted(events.length - body.rows.length, "event")} left`;
  };
  more.addEventListener("click", next);
  next();
  const heads = ["At", "After", "Event", "Data"];
  return el("div", { class: "wide" }, el("table", { class: "events" }, el("caption", { class: "visually-hidden" }, "Events of the stream"),
    el("thead", null, el("tr", null, heads.map((head) => el("th", { scope: "col" }, head)))), body), more);
}

function eventRow(event, before) {
  const known = typeof event.at === "number";
  const gap = known && typeof before?.at === "number" ? `+${duration(event.at - before.at)}` : "";
  return el("tr", null, el("td", { class: "number" }, known ? duration(event.at) : ""), el("td", { class: "number dim" }, gap), el("td", null, bdi(event.name || "")), el("td", { class: "data" }, bdi(event.data)));
}

function usageSection(request, level) {
  if (!request.usage?.length) return false;
  const known = (value, format = number) => (typeof value === "number" ? format(value) : "unknown");
  return el(
    "section",
    { "aria-label": "Tokens" },
    el(`h${level}`, null, "Tokens"),
    table("Tokens of each answer", ["Model", "Prompt", "Cached", "Completion", "Reasoning", "Total", "Cost"], request.usage.map((one) => [
      bdi(one.model), known(one.prompt_tokens), known(one.cached_tokens), known(one.completion_tokens), known(one.reasoning_tokens), known(one.total_tokens), known(one.cost, dollars)]), [1, 2, 3, 4, 5, 6]),
  );
}

function checksSection(request, level) {
  const checks = request.checks || [];
  if (!checks.length) return false;
  const passed = checks.filter((check) => check.passed).length;
  return el(
    "section",
    { "aria-label": "Checks" },
    el(`h${level}`, null, `Checks `, el("span", { class: "dim" }, `${number(passed)} of ${number(checks.length)} hold`)),
    el("ul", { class: "checks" }, checks.map((check) => el("li", null,
      el("span", { class: `mark ${check.passed ? "passed" : "failed"}` }, el("span", { "aria-hidden": "true" }, check.passed ? "✓" : "✕"), el("span", { class: "visually-hidden" }, check.passed ? "holds: " : "does not hold: ")),
      el("code", null, bdi(check.subject)),
      check.location && el("span", { class: "dim" }, bdi(place(check.location)))))),
  );
}

/** A table; `right` are the columns of numbers. */
function table(caption, heads, rows, right = []) {
  const cell = (tag, attributes, content, column) => el(tag, { ...attributes, class: right.includes(column) ? "number" : null }, content);
  return el("div", { class: "wide" }, el("table", null,
    el("caption", { class: "visually-hidden" }, caption),
    el("thead", null, el("tr", null, heads.map((head, i) => (head ? cell("th", { scope: "col" }, head, i) : el("td"))))),
    el("tbody", null, rows.map((row) => el("tr", null, row.map((content, i) => cell("td", {}, content, i)))))));
}
