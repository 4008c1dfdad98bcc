// What became of a row: outcome and outputs first, then why.

import { el, message, table } from "./dom.js";
import { duration, flag, isGiven, standing, time, value } from "./words.js";

const KINDS = { scored: "good", filtered: "warn", rejected: "bad" };

/** The outcome, outputs, flags and features: what is read out when it changes. */
export function answer(card, it, goTo) {
  const parts = [
    el(
      "p",
      { class: "outcome" },
      el("strong", { class: KINDS[it.outcome] ?? "warn", id: "outcome" }, it.outcome),
      el("span", { class: "quiet" }, `by ${it.model} ${it.version}`),
    ),
  ];
  if (it.outcome === "scored") {
    parts.push(outputs(card, it.outputs));
  } else if (it.outcome === "filtered") {
    parts.push(message("warn", "The model's own transform filters such rows out: there is no score."));
  }
  if (it.rejection) {
    parts.push(rejection(it.rejection, goTo));
  }
  if (it.flags.length > 0) {
    parts.push(
      el("h3", {}, "What was made up for it"),
      el("ul", { class: "words", id: "flags" }, it.flags.map((each) => el("li", { title: each }, flag(each)))),
    );
  }
  const views = Object.entries(it.features ?? {});
  if (views.length > 0) {
    parts.push(
      el("h3", {}, "Where its features came from"),
      table("Feature views", ["View", "Features", "Event time", "Age"], views.map(features)),
    );
  }
  return parts;
}

function outputs(card, given) {
  const declared = new Map(card.outputs.map((output) => [output.name, output]));
  return el(
    "dl",
    { class: "outputs", id: "outputs" },
    Object.entries(given ?? {}).map(([name, it]) => {
      const output = declared.get(name);
      const isShare = output?.of === "probability" && typeof it === "number";
      return el(
        "div",
        {},
        el("dt", {}, name),
        el("dd", { title: String(it) }, value(it)),
        isShare &&
          el("dd", { class: "hint" }, el("meter", { min: 0, max: 1, value: it, "aria-label": `${name} between 0 and 1` })),
        isShare && isGiven(output.threshold) && el("dd", { class: "hint" }, `threshold ${value(output.threshold)}`),
      );
    }),
  );
}

function rejection(it, goTo) {
  const where = it.field ? `Rejected at ${it.stage}, ${it.field}: ` : `Rejected at ${it.stage}: `;
  const box = message("bad", where, el("span", { id: "reason" }, it.reason));
  if (goTo !== undefined) {
    const button = el("button", { type: "button", class: "plain" }, `Go to ${it.field}`);
    button.addEventListener("click", goTo);
    box.append(" ", button);
  }
  return box;
}

function features([name, view]) {
  const provided = view.provided ?? [];
  const asked = standing(view.standing);
  const came = provided.length === 0 ? asked : `${asked}; from the row: ${provided.join(", ")}`;
  return [
    name,
    came,
    el("td", { class: "time" }, view["event-time"] ? time(view["event-time"]) : "–"),
    el("td", { class: "time" }, typeof view["age-seconds"] === "number" ? `${duration(view["age-seconds"])} old` : "–"),
  ];
}

/** What each stage did to the row; nothing where the answer does not tell. */
export function stages(it) {
  const { joined = {}, transform = {}, normalize = {}, model, post } = it.stages ?? {};
  const names = order(joined, transform, normalize);
  const parts = [];
  if (names.length > 0) {
    parts.push(
      el("h3", {}, "What each stage made of it"),
      table(
        "Values of a field on its way to the network",
        ["Field", "Joined", "Transformed", "Normalized"],
        names.map((name) => [name, cell(joined, name), cell(transform, name, joined), cell(normalize, name, transform)]),
      ),
    );
  }
  if (isGiven(model)) {
    parts.push(
      el("h3", {}, "What the network gave"),
      table("Units of the network", ["Unit", "Value"], model.map((unit, i) => [String(i), el("td", { class: "value" }, value(unit))])),
    );
  }
  if (isGiven(post)) {
    parts.push(
      el("h3", {}, "What was made of that"),
      table("Outputs", ["Output", "Value"], Object.keys(post).map((name) => [name, cell(post, name)])),
    );
  }
  return parts;
}

/** Fields as they came, each followed by the columns that the transform made of it: carrier, carrier[UA], … */
function order(joined, ...later) {
  const fields = Object.keys(joined);
  const made = [...new Set(later.flatMap((stage) => Object.keys(stage)))].filter((name) => !Object.hasOwn(joined, name));
  const parent = (name) => /^(.*)\[[^\]]*\]$/s.exec(name)?.[1];
  const placed = fields.flatMap((field) => [field, ...made.filter((name) => parent(name) === field)]);
  return [...placed, ...made.filter((name) => !Object.hasOwn(joined, parent(name) ?? ""))];
}

function cell(stage, name, before) {
  if (!Object.hasOwn(stage, name)) {
    return el("td", { class: "value same" });
  }
  const isSame = before !== undefined && Object.hasOwn(before, name) && before[name] === stage[name];
  return el("td", { class: isSame ? "value same" : "value", title: String(stage[name]) }, value(stage[name]));
}

/** What the server said instead. */
export function refusal(failure) {
  const id = failure.requestId;
  return message(
    "bad",
    el("p", { id: "error" }, failure.message),
    isGiven(id) && el("p", { class: "hint" }, `Status ${failure.status}, request ${id}`),
  );
}
