// What the models did: a table and a chart for each thing that can be compared.

function modelsView(report) {
  const models = report.models.filter((model) => model.requests).map((model) => ({ ...model, ...fromAnswers(model.model, report.records) }));
  return [
    el("h2", null, "Models"),
    el("p", { class: "dim" }, report.mocked ? "The mock server answered: times are its own, and nothing was spent. ≥ is before sums in which something is unknown." : "Unknown is what an answer or a price list does not say; ≥ is before sums in which something is unknown."),
    modelsTable(models),
    el("div", { class: "charts" },
      chart("Tokens", models, [["prompt", (one) => one.prompt], ["completion", (one) => one.completion]], number, (one) => atLeast(one.untold)),
      chart("Cost", models, [["cost", (one) => one.cost]], dollars, (one) => atLeast(one.untold || one.unpriced)),
      chart("Time to first token", models, [["first", (one) => (one.waits ? one.waited / one.waits : null)]], duration),
      chart("Tokens per second", models, [["speed", rateOf]], speed)),
  ];
}

/** The sums of prompts and completions, null if no answer says. */
function fromAnswers(name, records) {
  const usages = records.flatMap((record) => record.request.usage || []).filter((usage) => usage.model === name);
  const sum = (field) => {
    const known = usages.map((usage) => usage[field]).filter((value) => typeof value === "number");
    return known.length ? known.reduce((total, value) => total + value, 0) : null;
  };
  return { prompt: sum("prompt_tokens"), completion: sum("completion_tokens") };
}

function modelsTable(models) {
  const known = (value, format) => (value === null || value === undefined ? el("span", { class: "dim" }, "unknown") : format(value));
  const rows = models.map((one) => [
    bdi(one.model || "without a name"), `${number(one.passed)} of ${number(one.requests)}`,
    known(one.prompt, number), known(one.completion, number),
    known(one.answers ? one.tokens : null, (value) => atLeast(one.untold) + number(value)),
    known(one.cost, (value) => atLeast(one.untold || one.unpriced) + dollars(value)),
    known(one.waits ? one.waited / one.waits : null, duration),
    known(rateOf(one), speed)]);
  return table("Models", ["Model", "Passed", "Prompt", "Completion", "Tokens", "Cost", "First token", "Tokens/s"], rows, [1, 2, 3, 4, 5, 6, 7]);
}

/** Before a sum in which something is missing. */
function atLeast(missing) {
  return missing ? "≥ " : "";
}

function rateOf(model) {
  return model.seconds && model.completion_tokens ? model.completion_tokens / model.seconds : null;
}

function speed(rate) {
  return rate.toLocaleString("en", { minimumFractionDigits: rate < 100 ? 1 : 0, maximumFractionDigits: rate < 100 ? 1 : 0 });
}

const SVG = "http://www.w3.org/2000/svg";
const BAR = 18;
const LABEL = 190;
const WIDTH = 560;
const VALUE = 110;

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat().map((child) => (typeof child === "string" ? plainText(child) : child)));
  return element;
}

/** Bars of one measure, its parts one behind the other; nothing if no model has it. */
function chart(title, models, parts, format, marks = () => "") {
  const rows = models.map((model) => ({ model, values: parts.map(([kind, value]) => [kind, value(model)]) })).map((row) => ({ ...row, prefix: marks(row.model) })).filter((row) => row.values.some(([, value]) => value !== null && value !== undefined));
  const sum = (row) => row.values.reduce((total, [, value]) => total + (value || 0), 0);
  const most = Math.max(0, ...rows.map(sum));
  if (!rows.length || !most) return false;
  const id = `chart-${title.toLowerCase().replaceAll(" ", "-")}`;
  const height = rows.length * (BAR + 8);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-labelledby": `${id}-title ${id}-words`, class: "chart" },
    svg("title", { id: `${id}-title` }, title),
    svg("desc", { id: `${id}-words` }, rows.map((row) => `${row.model.model}: ${row.values.map(([kind, value]) => `${parts.length > 1 ? kind + " " : ""}${value === null ? "unknown" : format(value)}`).join(", ")}`).join("; ")),
    rows.map((row, i) => chartRow(row, i * (BAR + 8), (WIDTH - LABEL - VALUE) / most, format)));
  return el("figure", null, el("figcaption", null, el("h3", null, title), parts.length > 1 && el("span", { class: "legend" }, parts.map(([kind]) => [el("span", { class: `swatch chart-${kind}` }), ` ${kind} `]).flat())), drawing);
}

function chartRow(row, y, scale, format) {
  let x = LABEL;
  const total = row.values.reduce((sum, [, value]) => sum + (value || 0), 0);
  const bars = row.values.filter(([, value]) => value).map(([kind, value]) => {
    const bar = svg("rect", { x, y: y + 2, width: Math.max(1, value * scale), height: BAR - 4, class: `chart-${kind}` });
    x += value * scale;
    return bar;
  });
  const name = row.model.model || "without a name";
  return svg("g", {},
    svg("text", { x: LABEL - 10, y: y + BAR - 5, "text-anchor": "end", class: "chart-name" }, name.length > 26 ? name.slice(0, 25) + "…" : name),
    bars, svg("text", { x: x + 6, y: y + BAR - 5, class: "chart-value" }, row.prefix + format(total)));
}
