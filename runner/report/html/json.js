// JSON for people: laid out with every number as it is written, and as a tree that is built where it is opened.

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s[\]{},:"]+/g;
const MOST_CHILDREN = 100;
const LONGEST_TEXT = 2000;
const OPEN_BELOW = 30;

/** A number that JavaScript would not write as it stands in the text. */
class ExactNumber {
  constructor(source) {
    this.source = source;
  }
}

/** The value of a JSON text, undefined if it is none; numbers that are not exact here are `ExactNumber`s. */
function parsed(text) {
  try {
    return JSON.parse(text, (_key, value, context) =>
      typeof value === "number" && context?.source && context.source !== String(value) ? new ExactNumber(context.source) : value);
  } catch {
    return undefined;
  }
}

/** A JSON object or list with a line for each element; any other text as it is. */
function laidOut(text) {
  if (!/^\s*[[{]/.test(text) || parsed(text) === undefined) return text;
  const tokens = text.match(TOKEN) || [];
  let depth = 0;
  let found = "";
  tokens.forEach((token, i) => {
    const closing = token === "]" || token === "}";
    const before = tokens[i - 1];
    if (closing) depth--;
    if ((before === "[" || before === "{") !== closing && (closing || i)) found += "\n" + "  ".repeat(depth);
    found += token;
    if (token === ",") found += "\n" + "  ".repeat(depth);
    else if (token === ":") found += " ";
    else if (token === "[" || token === "{") depth++;
  });
  return found;
}

function isBranch(value) {
  return typeof value === "object" && value !== null && !(value instanceof ExactNumber);
}

/** The tree of a value, its first levels open if it is small. */
function jsonTree(value) {
  return el("div", { class: "json" }, jsonNode(null, value, 0));
}

function jsonNode(key, value, depth) {
  const label = key === null ? [] : [el("span", { class: "json-key" }, bdi(key)), el("span", { class: "json-mark" }, ": ")];
  if (!isBranch(value) || !Object.keys(value).length) return el("div", { class: "json-leaf" }, label, jsonLeaf(value));
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  const branch = el(
    "details",
    { class: "json-branch" },
    el("summary", null, label, el("span", { class: "json-mark" }, isList ? "[" : "{"), el("span", { class: "json-mark json-closed" }, isList ? "…] " : "…} "),
      el("span", { class: "json-size json-closed" }, isList ? counted(entries.length, "element") : counted(entries.length, "key"))),
  );
  const fill = () => {
    if (branch.children.length > 1) return;
    branch.append(jsonChildren(entries, isList, depth), el("div", { class: "json-close json-mark" }, isList ? "]" : "}"));
  };
  branch.addEventListener("toggle", () => branch.open && fill());
  if (depth === 0 || (depth < 4 && entries.length <= OPEN_BELOW)) {
    fill();
    branch.open = true;
  }
  return branch;
}

function jsonChildren(entries, isList, depth) {
  const box = el("div", { class: "json-children" });
  let shown = 0;
  const more = el("button", { type: "button", class: "more", on: { click: () => next() } });
  const next = () => {
    const part = entries.slice(shown, shown + MOST_CHILDREN);
    shown += part.length;
    more.remove();
    box.append(...part.map(([key, value]) => jsonNode(key, value, depth + 1)));
    if (shown >= entries.length) return;
    more.textContent = `Show more: ${number(entries.length - shown)} of ${number(entries.length)} are left`;
    box.append(more);
  };
  next();
  if (isList) box.classList.add("json-list");
  return box;
}

function jsonLeaf(value) {
  if (value instanceof ExactNumber) return el("span", { class: "json-number" }, value.source);
  if (typeof value === "string") return jsonText(value);
  if (isBranch(value)) return el("span", { class: "json-mark" }, Array.isArray(value) ? "[]" : "{}");
  return el("span", { class: typeof value === "number" ? "json-number" : "json-word" }, String(value));
}

function jsonText(value) {
  const quoted = JSON.stringify(value);
  const span = el("span", { class: "json-text" });
  if (quoted.length <= LONGEST_TEXT) {
    add(span, bdi(quoted));
    return span;
  }
  const rest = el("button", { type: "button", class: "more", on: { click: () => span.replaceChildren(bdi(quoted)) } },
    `Show ${number(quoted.length - LONGEST_TEXT)} more characters`);
  span.append(bdi(quoted.slice(0, LONGEST_TEXT)), " ", rest);
  return span;
}
