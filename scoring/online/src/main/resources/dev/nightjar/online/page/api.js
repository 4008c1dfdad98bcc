// The talk with the endpoint. The token lives in this module's memory and nowhere else.

let token;

/** What the server, or the way to it, said instead of an answer. */
export class Refusal extends Error {
  constructor(status, text, requestId) {
    super(text);
    this.status = status;
    this.requestId = requestId;
  }
}

/** Takes a token for all requests from now on; undefined for none. */
export function useToken(text) {
  token = text;
}

/** Where a model, or one of its versions, is found. */
export function pathOf(model) {
  return `v1/models/${encodeURIComponent(model.name)}/versions/${encodeURIComponent(model.version)}`;
}

/**
 * Asks the endpoint; with a body, which is JSON as text, by POST.
 *
 * @throws {Refusal} for every other answer than 200, and for none
 */
export async function ask(path, body) {
  const headers = { Accept: "application/json" };
  if (token !== undefined) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let response;
  let text;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body,
      cache: "no-store",
      credentials: "omit",
    });
    text = await response.text();
  } catch (failure) {
    throw new Refusal(0, `The endpoint does not answer (${failure.message}).`);
  }
  if (!response.ok) {
    throw refusal(response.status, text);
  }
  try {
    return parse(text);
  } catch {
    throw new Refusal(response.status, "The endpoint's answer is no JSON; is this page served by something else?");
  }
}

/** JSON in which whole numbers that JavaScript would round stay as they are written, as texts. */
export function parse(text) {
  return JSON.parse(text, (key, value, context) =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value,
  );
}

function refusal(status, text) {
  try {
    const { message, "request-id": requestId } = JSON.parse(text).error;
    return new Refusal(status, String(message), requestId);
  } catch {
    return new Refusal(status, `The endpoint answered with status ${status}.`);
  }
}
