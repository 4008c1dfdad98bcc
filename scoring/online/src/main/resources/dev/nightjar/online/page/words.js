// Values, ages and codes of the server in words.

const SECONDS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** How long that is, by its two greatest units: "2 days 4 hours". */
export function duration(seconds) {
  let rest = Math.round(seconds);
  if (rest < 1) {
    return "less than a second";
  }
  const first = SECONDS.findIndex(([, size]) => rest >= size);
  return SECONDS.slice(first, first + 2)
    .map(([name, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? "" : `${count} ${name}${count === 1 ? "" : "s"}`;
    })
    .filter((part) => part !== "")
    .join(" ");
}

/** Whether the server said something: what it does not know it leaves out, or gives as null. */
export function isGiven(it) {
  return it !== undefined && it !== null;
}

/** A value as people read it: numbers to seven digits, nothing as a dash. */
export function value(it) {
  if (!isGiven(it)) {
    return "–";
  }
  if (typeof it === "number" && !Number.isInteger(it)) {
    return String(Number(it.toPrecision(7)));
  }
  if (typeof it === "object") {
    return JSON.stringify(it);
  }
  return String(it);
}

/** A time without the letters that machines need. */
export function time(instant) {
  return String(instant).replace("T", " ").replace("Z", " UTC");
}

const FLAGS = {
  imputed: (name) => `${name} was missing, so its default was taken`,
  "unknown-category": (name) => `${name} is a category that training did not know`,
  stale: (name) => `what ${name} has is older than the view allows, so defaults were taken`,
  "no-row": (name) => `${name} has no row for these keys, so defaults were taken`,
  unknown: (name) => `${name} could not say what held at that time`,
};

/** A flag in words; one that is not known here as it is. */
export function flag(text) {
  const [, code, name] = /^([^:]+):(.*)$/s.exec(text) ?? [];
  return Object.hasOwn(FLAGS, code ?? "") ? FLAGS[code](name) : text;
}

const STANDINGS = {
  matched: "looked up",
  stale: "too old",
  "no-row": "no row for these keys",
  tied: "several rows, nothing decides",
  unknown: "the store cannot tell",
  "not-asked": "not looked up",
};

/** Where the features of a view came from. */
export function standing(code) {
  return Object.hasOwn(STANDINGS, code) ? STANDINGS[code] : code;
}

/** What has to be known of an input to fill it in, one phrase each. */
export function needs(input) {
  const [least, greatest] = input.range ?? [];
  return [
    least === undefined ? undefined : `${value(least)} to ${value(greatest)}`,
    input["on-missing"] === "reject" ? "required" : undefined,
    input["on-missing"] === "pass" ? "may be missing" : undefined,
    input["on-missing"] === "impute" ? `${value(input.default)} where missing` : undefined,
  ].filter((need) => need !== undefined);
}

const ON_INVALID = { reject: "an invalid one rejects the row", missing: "an invalid one counts as missing" };
const ON_UNKNOWN = {
  reject: "an unknown category rejects the row",
  flag: "an unknown category is flagged",
  other: "an unknown category counts as other",
};

/** All rules of an input, one phrase each. */
export function rules(input) {
  const invalid = input["on-invalid"];
  const unknown = isGiven(input.values) ? input["on-unknown"] : undefined;
  return [
    ...needs(input),
    invalid && (ON_INVALID[invalid] ?? `invalid: ${invalid}`),
    unknown && (ON_UNKNOWN[unknown] ?? `unknown category: ${unknown}`),
  ].filter((rule) => rule !== undefined);
}
