// What a model takes and gives, as tables.

import { el, table } from "./dom.js";
import { duration, isGiven, rules, time, value } from "./words.js";

/** The sections about a model. */
export function contract(card) {
  const parts = [
    el(
      "p",
      { class: "hint" },
      `${card.name} ${card.version}, created ${time(card.created)}, runs on ${card.engine}. Bundle `,
      el("code", {}, card.bundle),
    ),
    el("h3", {}, "Inputs"),
    table("What a row brings, and what happens when it does not", ["Field", "Type", "Rules"], card.inputs.map(input)),
  ];
  if (card.views.length > 0) {
    parts.push(
      el("h3", {}, "Feature views"),
      table(
        "What is looked up",
        ["View", "Keys", "Features", "Oldest"],
        card.views.map((view) => [
          view.name,
          view.keys.join(", "),
          view.features.map(feature).join(", "),
          isGiven(view["max-age"]) ? age(view["max-age"]) : "any age",
        ]),
      ),
    );
  }
  parts.push(
    el("h3", {}, "Outputs"),
    table("What comes out", ["Output", "Type", "Made of", ""], card.outputs.map(output)),
  );
  return parts;
}

function input(field) {
  return [
    field.name,
    field.type,
    [...(isGiven(field.values) ? [`one of ${field.values.join(", ")}`] : []), ...rules(field)].join("; "),
  ];
}

function feature(each) {
  return `${each.name} (${each.type}${isGiven(each.default) ? `, default ${value(each.default)}` : ""})`;
}

/** Some say ages in seconds, some in words. */
function age(it) {
  return typeof it === "number" ? duration(it) : it;
}

function output(each) {
  const of = each.of === "class" ? "the strongest class" : each.of;
  const more = [
    isGiven(each.threshold) ? `${each.name}_label is true from ${value(each.threshold)} on` : "",
    (each.classes ?? []).join(", "),
  ];
  return [each.name, each.type, of, more.filter((part) => part !== "").join("; ")];
}
