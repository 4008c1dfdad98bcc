// The endpoint's page: which models there are, what one takes, and what becomes of a row.

import { ask, pathOf, Refusal, useToken } from "./api.js";
import { answer, refusal, stages } from "./answer.js";
import { contract } from "./contract.js";
import { byId, el, fill, message } from "./dom.js";
import { groupsOf, MOST_FIELDS, pretty, RowForm, rowOf } from "./form.js";
import { isGiven } from "./words.js";

const POLL_MILLIS = 1000;
const KINDS = { ready: "good", loading: "warn", failed: "bad" };

let chosen;
let card;
let form;
let latest = 0;
let waitsForToken;

/** The answer; where a token is asked for, the one after it was given. */
async function asked(path, body) {
  for (;;) {
    try {
      return await ask(path, body);
    } catch (failure) {
      if (!(failure instanceof Refusal) || failure.status !== 401 || !(await token(failure.message))) {
        throw failure;
      }
    }
  }
}

/** Asks for a token, once for all requests that wait for one; whether there is one now. */
function token(reason) {
  if (waitsForToken === undefined) {
    const dialog = byId("token-dialog");
    byId("token-message").textContent = reason;
    dialog.returnValue = "";
    dialog.showModal();
    waitsForToken = new Promise((resolve) => {
      dialog.addEventListener(
        "close",
        () => {
          const field = byId("token");
          const isGiven = dialog.returnValue === "given" && field.value !== "";
          if (isGiven) {
            useToken(field.value);
          }
          field.value = "";
          byId("forget-token").hidden = !isGiven;
          waitsForToken = undefined;
          resolve(isGiven);
        },
        { once: true },
      );
    });
  }
  return waitsForToken;
}

async function showModels() {
  let models;
  try {
    ({ models } = await asked("v1/models"));
  } catch (failure) {
    fill(byId("models-message"), refusal(failure));
    return;
  }
  fill(byId("models-message"), ...(models.length === 0 ? [message("warn", "No model is served here.")] : []));
  list(models);
  if (chosen === undefined && models.length > 0) {
    const linked = models.find((model) => hash(model) === location.hash);
    choose(linked ?? models.find((model) => model.default && model.state === "ready") ?? models[0]);
  } else if (chosen !== undefined) {
    const now = models.find((model) => hash(model) === hash(chosen));
    if (now !== undefined && (now.state !== chosen.state || now.bundle !== chosen.bundle)) {
      choose(now);
    }
  }
  if (models.some((model) => model.state === "loading")) {
    setTimeout(showModels, POLL_MILLIS);
  }
}

/** Shows the models; who stands on one of them stays there. */
function list(models) {
  const stood = document.activeElement?.dataset?.model;
  fill(byId("models"), ...models.map(item));
  if (stood !== undefined) {
    [...byId("models").querySelectorAll("button")].find((button) => button.dataset.model === stood)?.focus();
  }
}

function hash(model) {
  return `#${encodeURIComponent(model.name)}:${encodeURIComponent(model.version)}`;
}

function item(model) {
  const isChosen = chosen !== undefined && hash(model) === hash(chosen);
  const button = el(
    "button",
    { type: "button", "aria-pressed": isChosen ? "true" : "false", "data-model": hash(model) },
    el("strong", {}, `${model.name} ${model.version}`),
    el(
      "span",
      { class: "tags" },
      el("span", { class: `tag ${KINDS[model.state] ?? "warn"}` }, model.state),
      model.default && el("span", { class: "tag" }, "default"),
      (model.aliases ?? []).map((alias) => el("span", { class: "tag" }, `@${alias}`)),
    ),
    model["as-of"] && el("span", { class: "hint" }, `as of ${model["as-of"]}`),
    model.reason && el("span", { class: "hint" }, model.reason),
  );
  button.addEventListener("click", () => choose(model));
  return el("li", {}, button);
}

async function choose(model) {
  chosen = model;
  const turn = ++latest;
  history.replaceState(null, "", hash(model));
  for (const button of byId("models").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.model === hash(model)));
  }
  try {
    const described = await asked(pathOf(model));
    if (turn === latest) {
      show(described);
    }
  } catch (failure) {
    if (turn === latest) {
      byId("work").hidden = true;
      byId("contract").hidden = true;
      fill(byId("models-message"), refusal(failure));
    }
  }
}

function show(described) {
  card = described;
  form = new RowForm(card, byId("fields"));
  fill(byId("models-message"));
  fill(byId("contract-body"), ...contract(card));
  fill(byId("answer"), el("p", { class: "quiet" }, "Press Score to see what becomes of the row, and why."));
  fill(byId("stages"));
  byId("time-part").hidden = card.views.length === 0 || isGiven(card["as-of"]);
  byId("contract").hidden = false;
  byId("work").hidden = false;
  const count = groupsOf(card).reduce((sum, group) => sum + group.fields.length, 0);
  byId("as-json").disabled = count > MOST_FIELDS;
  byId("as-json").checked = count > MOST_FIELDS;
  if (count > MOST_FIELDS) {
    fill(byId("fields"));
  } else {
    form.show();
  }
  byId("json").value = pretty(card.example ?? {});
  showJson();
}

function showJson() {
  const isJson = byId("as-json").checked;
  byId("fields").hidden = isJson;
  byId("json-part").hidden = !isJson;
  problem("");
}

function problem(text) {
  byId("json-problem").textContent = text;
  byId("json-problem").hidden = text === "";
  if (text === "") {
    byId("json").removeAttribute("aria-invalid");
  } else {
    byId("json").setAttribute("aria-invalid", "true");
  }
}

function switchJson() {
  if (byId("as-json").checked) {
    byId("json").value = form.json();
  } else {
    try {
      form.fillIn(rowOf(byId("json").value));
    } catch (failure) {
      byId("as-json").checked = true;
      problem(failure.message);
      return;
    }
  }
  showJson();
}

async function score() {
  const turn = ++latest;
  const button = byId("score");
  const body = byId("as-json").checked ? byId("json").value : form.json();
  const time = byId("as-of").value.trim();
  const query = byId("time-part").hidden || time === "" ? "" : `?as-of=${encodeURIComponent(time)}`;
  button.setAttribute("aria-disabled", "true");
  form.mark();
  try {
    const it = await asked(`${pathOf(card)}/explain${query}`, body);
    if (turn === latest) {
      showAnswer(it);
    }
  } catch (failure) {
    if (turn === latest) {
      form.mark(form.saidIn(failure.message));
      fill(byId("answer"), refusal(failure));
      fill(byId("stages"));
    }
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

function showAnswer(it) {
  const field = it.rejection?.field;
  const isHere = isGiven(field) && form.has(field) && !byId("as-json").checked;
  if (isHere) {
    form.mark(new Map([[field, it.rejection.reason]]));
  }
  fill(byId("answer"), ...answer(card, it, isHere ? () => form.focus(field) : undefined));
  fill(byId("stages"), ...stages(it));
}

byId("refresh").addEventListener("click", showModels);
byId("as-json").addEventListener("change", switchJson);
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  score();
});
byId("example").addEventListener("click", () => {
  form.fillIn(card.example ?? {});
  form.mark();
  byId("json").value = pretty(card.example ?? {});
});
byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("token-dialog").close("given");
});
byId("token-cancel").addEventListener("click", () => byId("token-dialog").close(""));
byId("forget-token").addEventListener("click", () => {
  useToken(undefined);
  byId("forget-token").hidden = true;
});
showModels();
