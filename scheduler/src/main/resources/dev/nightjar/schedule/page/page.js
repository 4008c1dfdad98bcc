// Reads the page again from time to time, and leaves where a person is as it is. All else works without.
const EVERY = 10_000;

function place(element) {
  if (!element || element === document.body) return null;
  if (element.id) return "#" + CSS.escape(element.id);
  const href = element.getAttribute("href");
  return href ? `main a[href="${CSS.escape(href)}"]` : null;
}

function isBusy(main) {
  const field = document.activeElement;
  return (field && main.contains(field) && field.matches("input")) || String(getSelection()) !== "";
}

async function again() {
  const main = document.querySelector("main");
  if (document.hidden || isBusy(main) || location.pathname === "/login") return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const other = fresh.querySelector("main");
    if (!other) throw new Error("no page");
    const focus = place(document.activeElement);
    const open = [...main.querySelectorAll("details[open]")].map((one) => one.id);
    const scrolled = [...main.querySelectorAll(".wide")].map((one) => [one.getAttribute("aria-label"), one.scrollLeft]);
    if (!other.querySelector(".told")) other.prepend(...main.querySelectorAll(".told"));
    main.replaceChildren(...other.childNodes);
    open.forEach((id) => fresh.getElementById.call(document, id)?.setAttribute("open", ""));
    for (const [name, left] of scrolled) {
      const region = [...main.querySelectorAll(".wide")].find((one) => one.getAttribute("aria-label") === name);
      if (region) region.scrollLeft = left;
    }
    if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
    document.title = fresh.title;
    document.getElementById("as-of").replaceWith(fresh.getElementById("as-of"));
    document.body.classList.remove("stale");
  } catch {
    document.body.classList.add("stale");
  }
}

setInterval(again, EVERY);

// In a calendar the arrow keys go where they point.
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const cell = event.target.closest?.("a.cell");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const at = cell.closest("td");
  const row = at.parentElement;
  const rows = [...row.parentElement.children];
  for (let x = at.cellIndex + step[0], y = rows.indexOf(row) + step[1]; ; x += step[0], y += step[1]) {
    const next = rows[y]?.cells[x];
    if (!next) return;
    const link = next.querySelector("a.cell");
    if (link) {
      event.preventDefault();
      link.focus();
      return;
    }
  }
});
