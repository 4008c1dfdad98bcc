// The form of a row: one field for each input, key and feature, and the row as JSON out of it.

import { el, fill } from "./dom.js";
import { parse } from "./api.js";
import { isGiven, needs, value } from "./words.js";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const NUMERIC = ["integer", "long", "float", "double"];
const TRUTHS = ["true", "false"];

/** More fields than anybody fills in one by one: the row is edited as JSON then. */
export const MOST_FIELDS = 200;

/** All that a row of the model may bring, in groups: [{title, hint, fields}]. */
export function groupsOf(card) {
  const inputs = new Map(card.inputs.map((input) => [input.name, { ...input, input }]));
  const features = new Set(card.views.flatMap((view) => view.features.map((each) => each.name)));
  const own = [...inputs.values()].filter((field) => !features.has(field.name));
  const known = new Set([...inputs.keys(), ...features]);
  const keys = new Map();
  for (const view of card.views) {
    for (const key of view.keys) {
      keys.set(key, [...(keys.get(key) ?? []), view.name]);
    }
  }
  const alone = [...keys.keys()].filter((key) => !known.has(key)).map((name) => ({ name }));
  const asOf = card["as-of"];
  if (isGiven(asOf) && !known.has(asOf) && !keys.has(asOf)) {
    alone.push({ name: asOf, type: "timestamp" });
  }
  const hinted = (field) => ({ ...field, hint: hint(field, keys.get(field.name), asOf) });
  const groups = [{ title: "Inputs", fields: [...alone, ...own].map(hinted) }];
  for (const view of card.views) {
    groups.push({
      title: `Features of ${view.name}`,
      hint: `Looked up by ${view.keys.join(" and ")} where you leave them empty.`,
      fields: view.features.map((feature) => ({
        ...feature,
        input: inputs.get(feature.name)?.input,
        values: inputs.get(feature.name)?.values,
        hint: `${feature.type}${isGiven(feature.default) ? `, default ${value(feature.default)}` : ""}`,
        looked: true,
      })),
    });
  }
  return groups.filter((group) => group.fields.length > 0);
}

function hint(field, views, asOf) {
  const parts = [field.type ?? "a whole number or a text; a text of digits in quotes"];
  if (views !== undefined) {
    parts.push(`key of ${views.join(", ")}`);
  }
  if (field.name === asOf) {
    parts.push("features as of it, such as 2013-11-29T05:00:00Z");
  }
  return [...parts, ...(field.input === undefined ? [] : needs(field.input))].join(" · ");
}

/** One form. Not more than one at a time is shown. */
export class RowForm {
  constructor(card, place) {
    this.card = card;
    this.place = place;
    this.controls = new Map();
  }

  /** Shows the fields with the example's values. */
  show() {
    let number = 0;
    const fieldset = (group) => {
      const hintId = `group-${number++}`;
      const isLooked = group.fields.some((field) => field.looked);
      return el(
        "fieldset",
        { "aria-describedby": group.hint && hintId },
        el("legend", {}, group.title),
        group.hint && el("p", { class: "hint", id: hintId }, group.hint),
        isLooked && this.emptying(group),
        el("div", { class: "grid" }, group.fields.map((field) => this.field(field, `field-${number++}`))),
      );
    };
    const sets = groupsOf(this.card).map(fieldset);
    fill(this.place, ...sets);
    this.fillIn(this.card.example ?? {});
  }

  /** A button, since an example may bring all features. */
  emptying(group) {
    const button = el("button", { type: "button", class: "plain slim", "aria-label": `Empty the ${group.title.toLowerCase()}` }, "Empty all");
    button.addEventListener("click", () => {
      for (const field of group.fields) {
        this.controls.get(field.name).control.value = "";
      }
    });
    return button;
  }

  field(field, id) {
    const described = { id, "data-field": field.name, "aria-describedby": `${id}-hint ${id}-problem` };
    const control = choices(field)
      ? el("select", described, option("", field.looked ? "(look up)" : "(missing)"), choices(field).map((each) => option(each, each)))
      : el("input", {
          ...described,
          type: "text",
          inputmode: NUMERIC.includes(field.type) ? "decimal" : undefined,
          spellcheck: "false",
          placeholder: field.looked ? "looked up" : undefined,
        });
    this.controls.set(field.name, { field, control, problem: undefined });
    const problem = el("p", { class: "problem", id: `${id}-problem`, hidden: true });
    this.controls.get(field.name).problem = problem;
    return el(
      "div",
      { class: "field" },
      el("label", { for: id }, field.name),
      control,
      el("p", { class: "hint", id: `${id}-hint` }, field.hint),
      problem,
    );
  }

  /** Puts the values of a row into the fields; those that it does not name become empty. */
  fillIn(row) {
    for (const { field, control } of this.controls.values()) {
      const given = Object.hasOwn(row, field.name) ? row[field.name] : null;
      const text = given === null ? "" : typed(field, given);
      if (control.tagName === "SELECT" && ![...control.options].some((each) => each.value === text)) {
        control.append(option(text, text));
      }
      control.value = text;
    }
  }

  /**
   * The row as an object of JSON, values as they were typed, so that no number is rounded on the
   * way. An input that is empty is missing, about which the contract decides; anything else that is
   * empty is not named.
   */
  json() {
    const members = [];
    for (const { field, control } of this.controls.values()) {
      const isEmpty = control.value === "";
      if (!isEmpty || (field.input !== undefined && !field.looked)) {
        members.push(`  ${JSON.stringify(field.name)}: ${isEmpty ? "null" : member(field, control.value)}`);
      }
    }
    return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n}`;
  }

  /** Marks fields with what was said of them: texts by name; without arguments, none. */
  mark(said = new Map()) {
    for (const { field, control, problem } of this.controls.values()) {
      const text = said.get(field.name) ?? "";
      problem.textContent = text;
      problem.hidden = text === "";
      if (text === "") {
        control.removeAttribute("aria-invalid");
      } else {
        control.setAttribute("aria-invalid", "true");
      }
    }
  }

  /**
   * What a message says of which field, by name. It is a list of "field: …" and "field is absent; …",
   * and may hold semicolons itself.
   */
  saidIn(message) {
    const begins = [...this.controls.keys()]
      .flatMap((name) => [`${name}: `, `${name} is absent`].map((begin) => ({ name, at: place(message, begin) })))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at);
    return new Map(
      begins.map(({ name, at }, i) => [
        name,
        message.slice(at, begins[i + 1]?.at).replace(`${name}: `, "").replace(/; $/, ""),
      ]),
    );
  }

  has(name) {
    return this.controls.has(name);
  }

  focus(name) {
    this.controls.get(name)?.control.focus();
  }
}

/** The example as it would be typed. */
export function pretty(row) {
  return JSON.stringify(row, null, 2);
}

/**
 * A row out of what was typed as JSON.
 *
 * @throws {SyntaxError} with words for people when it is no object
 */
export function rowOf(text) {
  const row = parse(text);
  if (row === null || typeof row !== "object" || Array.isArray(row)) {
    throw new SyntaxError("a row is an object of fields: {\"name\": value, …}");
  }
  return row;
}

function choices(field) {
  if (field.type === "boolean") {
    return ["true", "false"];
  }
  return field.values;
}

function option(text, label) {
  return el("option", { value: text }, label);
}

/** Where a part of a message begins so; -1 where none does. */
function place(message, begin) {
  const at = message.startsWith(begin) ? 0 : message.indexOf(`; ${begin}`);
  return at > 0 ? at + "; ".length : at;
}

/** A value goes as it was typed; what the type does not take, as a text, for the server to say so. */
function member(field, text) {
  const it = text.trim();
  if (field.type === undefined) {
    return isWhole(it) || isQuoted(it) ? it : JSON.stringify(text);
  }
  const isRaw = (NUMERIC.includes(field.type) && NUMBER.test(it)) || (field.type === "boolean" && TRUTHS.includes(it));
  return isRaw ? it : JSON.stringify(text);
}

function isWhole(text) {
  return /^-?(0|[1-9]\d*)$/.test(text);
}

function isQuoted(text) {
  try {
    return typeof JSON.parse(text) === "string";
  } catch {
    return false;
  }
}

/** A value as it would be typed. */
function typed(field, given) {
  const isAmbiguous = field.type === undefined && typeof given === "string" && (isWhole(given) || isQuoted(given));
  return isAmbiguous ? JSON.stringify(given) : String(given);
}
