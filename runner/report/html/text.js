// How texts get into the page: as text, never as markup, and what would obey or deceive is shown as an escape.

const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e0fff}]/gu;

/** An element. `attributes` may have `on` (listeners) and `vars` (CSS variables); a string child is text. */
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  decorate(element, attributes);
  for (const child of children.flat()) add(element, child);
  return element;
}

function decorate(element, attributes) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "vars") {
      for (const [variable, amount] of Object.entries(value)) element.style.setProperty(variable, amount);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
}

function add(element, child) {
  if (child === null || child === undefined || child === false || child === "") return;
  if (child instanceof Node) element.append(child);
  else addText(element, String(child));
}

function addText(element, text) {
  const whole = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  let end = 0;
  for (const match of whole.matchAll(UNPRINTABLE)) {
    if (match.index > end) element.append(whole.slice(end, match.index));
    const escape = document.createElement("span");
    escape.className = "escape";
    escape.textContent = escaped(match[0]);
    element.append(escape);
    end = match.index + match[0].length;
  }
  if (end < whole.length) element.append(end ? whole.slice(end) : whole);
}

function escaped(character) {
  const code = character.codePointAt(0);
  if (code === 0x0d) return "\\r";
  if (code < 0x100) return "\\x" + code.toString(16).padStart(2, "0");
  return code < 0x10000 ? "\\u" + code.toString(16).padStart(4, "0") : "\\U" + code.toString(16).padStart(8, "0");
}

/** Text as it is shown, for places that take no elements: labels and titles. */
function plainText(text) {
  return String(text).replace(UNPRINTABLE, escaped);
}

/** A text from outside within a line: its direction does not reach what stands beside it. */
function bdi(text, className) {
  return el("bdi", { class: className }, text);
}

function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(seconds < 0.00995 && seconds > 0 ? 1 : 0)} ms`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function size(bytes) {
  if (bytes < 1000) return counted(bytes, "byte");
  if (bytes < 999950) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 999950000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function dollars(amount) {
  if (amount >= 1 || !amount) return "$" + amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return "$" + amount.toLocaleString("en", { minimumFractionDigits: 2, maximumSignificantDigits: 3, roundingPriority: "morePrecision" });
}

function number(value) {
  return value.toLocaleString("en");
}

function counted(amount, word, plural) {
  return `${number(amount)} ${amount === 1 ? word : plural || word + "s"}`;
}

/** A moment for people, in their time zone. */
function moment(text) {
  const when = new Date(text);
  if (Number.isNaN(when.getTime())) return text;
  return when.toLocaleString("en-GB", {
    weekday: "short", day: "numeric", month: "short", year: "numeric",
    hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
  });
}

function timeElement(text) {
  return el("time", { datetime: text, title: text }, moment(text));
}

/** Put `text` on the clipboard, also in a page from disk, where browsers may not let scripts do it the new way. */
async function copyText(text, button) {
  let copied = false;
  try {
    await navigator.clipboard.writeText(text);
    copied = true;
  } catch {
    copied = copyBySelection(text);
  }
  say(copied ? "Copied" : "It could not be copied");
  const before = button.textContent;
  button.textContent = copied ? "Copied" : "Not copied";
  button.disabled = true;
  setTimeout(() => {
    button.textContent = before;
    button.disabled = false;
  }, 1200);
}

function copyBySelection(text) {
  const area = el("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

function copyButton(label, text) {
  return el("button", { type: "button", class: "copy", on: { click: (event) => copyText(text, event.currentTarget) } }, label);
}

/** Tell those who listen to the page. */
function say(text) {
  document.getElementById("said").textContent = text;
}
