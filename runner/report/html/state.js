// What the reader looks at: kept in the address, so that a link or the way back leads to the same.

class State {
  constructor(hash) {
    const [view, query] = hash.replace(/^#/, "").split("?");
    const values = new URLSearchParams(query || "");
    const list = (name) => new Set((values.get(name) || "").split(",").filter(Boolean).map(decoded));
    this.view = view || "overview";
    this.text = values.get("q") || "";
    this.bodies = values.get("bodies") === "1";
    this.status = list("status");
    this.tags = list("tag");
    this.open = values.has("r") ? Number(values.get("r")) - 1 : null;
  }

  with(changes) {
    return Object.assign(new State(this.hash), changes);
  }

  get filtered() {
    return Boolean(this.text || this.status.size || this.tags.size);
  }

  get hash() {
    const values = new URLSearchParams();
    const list = (set) => [...set].map(encodeURIComponent).join(",");
    if (this.text) values.set("q", this.text);
    if (this.bodies) values.set("bodies", "1");
    if (this.status.size) values.set("status", list(this.status));
    if (this.tags.size) values.set("tag", list(this.tags));
    if (this.open !== null) values.set("r", String(this.open + 1));
    const query = values.toString();
    return `#${this.view}${query ? "?" + query : ""}`;
  }
}

/** A part of an address, which somebody may have written by hand. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The records that are asked for: every word of the text in one of them, one of the states, one of the tags. */
function selected(records, state) {
  const patterns = state.text.split(/\s+/).filter(Boolean).map((word) => new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "iu"));
  return records.filter((record) => {
    const { request } = record;
    if (state.status.size && !state.status.has(request.status)) return false;
    if (state.tags.size && !(request.tags || []).some((tag) => state.tags.has(tag))) return false;
    return patterns.every((pattern) => pattern.test(searchable(record)) || (state.bodies && inBodies(request, pattern)));
  });
}

/** What a search looks at, put together once. */
function searchable(record) {
  record.searchable ??= [
    record.request.name, record.file.title, record.request.method, record.request.target, record.request.request?.url,
    record.request.status, httpStatus(record.request), record.request.model, (record.request.tags || []).join(" "),
    isBroken(record) ? cause(record.request) : record.request.reason,
  ].filter(Boolean).join("\n");
  return record.searchable;
}

function inBodies(request, pattern) {
  return [request.request, request.response].some((message) => message?.body?.text && pattern.test(message.body.text));
}
