// Two texts side by side or line by line: what is only in one of them is marked, by signs as well as by colour.

const MOST_CELLS = 400000;
const CONTEXT = 4;

/** The pieces of `before` and `after` as [kind, text]: "same", "gone" or "come". */
function difference(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const middle = common(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const same = (pieces) => pieces.map((piece) => ["same", piece]);
  return [...same(before.slice(0, start)), ...middle, ...same(end ? before.slice(-end) : [])];
}

/** By the longest common subsequence; of texts that are too long for it all is gone and all has come. */
function common(before, after) {
  const gone = (piece) => ["gone", piece];
  const come = (piece) => ["come", piece];
  if (before.length * after.length > MOST_CELLS) return [...before.map(gone), ...after.map(come)];
  const width = after.length + 1;
  const longest = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        before[i] === after[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const found = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      found.push(["same", before[i]]);
      i++;
      j++;
    } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) found.push(gone(before[i++]));
    else found.push(come(after[j++]));
  }
  return [...found, ...before.slice(i).map(gone), ...after.slice(j).map(come)];
}

function words(text) {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) || [];
}

/** Expected and got: line by line where they have several lines, otherwise one above the other. */
function diffTable(expected, got) {
  const before = laidOut(expected).split("\n");
  const after = laidOut(got).split("\n");
  const byLine = before.length > 1 && after.length > 1;
  return el(
    "div",
    { class: "diff", role: "group", "aria-label": "Expected and got" },
    byLine && el("p", { class: "diff-legend", "aria-hidden": "true" }, el("span", { class: "gone" }, "- expected"), el("span", { class: "come" }, "+ got")),
    byLine ? lineRows(before, after) : pairRows(expected, got),
  );
}

function pairRows(expected, got) {
  const pieces = difference(words(expected), words(got));
  const kept = pieces.filter(([kind, text]) => kind === "same" && /[\p{L}\p{N}]/u.test(text)).reduce((sum, [, text]) => sum + text.length, 0);
  const alike = expected[0] === got[0] && kept > 2 && kept >= 0.25 * Math.min(expected.length, got.length);
  const side = (kind) => (alike ? marked(pieces, kind) : [bdi(kind === "gone" ? expected : got)]);
  return [diffLine("gone", side("gone"), "expected"), diffLine("come", side("come"), "got")];
}

function lineRows(before, after) {
  const rows = [];
  let same = [];
  let gone = [];
  let come = [];
  const rest = (last) => {
    rows.push(...sameRows(same, rows.length === 0, last));
    same = [];
  };
  const flush = () => {
    rows.push(...changedRows(gone, come));
    gone = [];
    come = [];
  };
  for (const [kind, line] of difference(before, after)) {
    if (kind === "same") {
      flush();
      same.push(line);
      continue;
    }
    rest(false);
    (kind === "gone" ? gone : come).push(line);
  }
  flush();
  rest(true);
  return rows;
}

/** Lines that are in both: near a change as they are, long stretches folded. */
function sameRows(lines, first, last) {
  const rows = lines.map((line) => diffLine("same", [bdi(line)]));
  const [from, to] = [first ? 0 : CONTEXT, last ? rows.length : rows.length - CONTEXT];
  if (to - from <= 2 * CONTEXT) return rows;
  const hidden = rows.slice(from, to);
  const fold = el("div", { class: "diff-fold" }, el("button", { type: "button", class: "more", on: { click: () => fold.replaceWith(...hidden) } }, `⋯ ${counted(hidden.length, "line")} that agree`));
  return [...rows.slice(0, from), fold, ...rows.slice(to)];
}

/** Lines that became others, with the words that differ marked where lines stand for each other. */
function changedRows(gone, come) {
  const paired = gone.length === come.length ? gone.map((line, i) => difference(words(line), words(come[i]))) : null;
  return [
    ...gone.map((line, i) => diffLine("gone", paired ? marked(paired[i], "gone") : [bdi(line)])),
    ...come.map((line, i) => diffLine("come", paired ? marked(paired[i], "come") : [bdi(line)])),
  ];
}

function marked(pieces, kind) {
  const found = [];
  for (const [is, text] of pieces) {
    if (is !== "same" && is !== kind) continue;
    const last = found.at(-1);
    if (last && last[0] === is) last[1] += text;
    else found.push([is, text]);
  }
  return [el("bdi", null, found.map(([is, text]) => (is === "same" ? el("span", null, text) : el("mark", null, text))))];
}

function diffLine(kind, content, side) {
  const sign = { same: " ", gone: "-", come: "+" }[kind];
  const label = { same: "", gone: "expected: ", come: "got: " }[kind];
  return el(
    "div",
    { class: `diff-line ${kind}` },
    el("span", { class: "sign", "aria-hidden": "true" }, sign),
    side ? el("span", { class: "whose" }, side) : label && el("span", { class: "visually-hidden" }, label),
    el("span", { class: "diff-text" }, content),
  );
}
