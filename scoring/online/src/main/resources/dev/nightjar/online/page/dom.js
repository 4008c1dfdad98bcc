// Elements. Whatever comes from the server becomes text here and never markup.

/** The element of that id, which the page has. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element with attributes (those that are undefined, null or false are left out) and children. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children.flat()) {
    if (child instanceof Node) {
      element.append(child);
    } else if (child !== undefined && child !== null && child !== false && child !== "") {
      element.append(document.createTextNode(String(child)));
    }
  }
  return element;
}

/** Puts these in the place of what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== undefined));
}

/** A table that scrolls by itself where it is wider than the page; cells are texts or elements. */
export function table(caption, heads, rows) {
  const cell = (value, i) => {
    if (value instanceof HTMLTableCellElement) {
      return value;
    }
    return i === 0 ? el("th", { scope: "row" }, value) : el("td", {}, value);
  };
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell)))),
    ),
  );
}

/** A box with a message for people. */
export function message(kind, ...children) {
  return el("div", { class: `message ${kind}` }, ...children);
}
