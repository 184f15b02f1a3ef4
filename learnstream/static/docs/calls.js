// What the page's console sends: with the person's token where an operation takes one, and a key where repeating is safe.

import { authorized, mayResume, needsRecentSignIn } from "../session.js";
import { directory } from "./document.js";

/** Return a `fetch` for the console. `askToSignIn(message)` returns whether somebody has signed in. */
export function caller(document, askToSignIn) {
  const find = directory(document);
  const repeatable = keyed();
  return async (input, init) => {
    const request = new Request(input, { ...init, credentials: "omit" });
    const { needsToken, usesToken, takesKey } = find(request);
    const typed = /^Bearer \S/.test(request.headers.get("Authorization"));
    if (!typed) request.headers.delete("Authorization");
    const withKey = takesKey && !request.headers.has("Idempotency-Key");
    const send = (token) => {
      if (token) request.headers.set("Authorization", `Bearer ${token}`);
      return withKey ? repeatable(request) : fetch(request.clone());
    };
    if (typed || !usesToken) return send();
    return needsToken ? asSomebody(send, askToSignIn) : authorized(send);
  };
}

async function asSomebody(send, askToSignIn) {
  let reason = "";
  try {
    if (mayResume()) {
      const answer = await authorized(send);
      if (!(await needsRecentSignIn(answer))) return answer;
      reason = (await answer.json()).detail;
    }
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    reason = problem.message;
  }
  return (await askToSignIn(reason)) ? authorized(send) : send();
}

/** Return a `fetch` with an `Idempotency-Key`: a new one, or the last one if it is unknown what became of the same request. */
function keyed() {
  const unanswered = new Map();
  return async (request) => {
    const what = [request.method, request.url, await request.clone().text()].join(" ");
    const key = unanswered.get(what) ?? random();
    unanswered.set(what, key);
    request.headers.set("Idempotency-Key", key);
    const answer = await fetch(request.clone());
    if (await isFinal(answer)) unanswered.delete(what);
    return answer;
  };
}

/** False if the first request with this key may have succeeded, or still be running. */
async function isFinal(answer) {
  if (answer.status !== 409) return answer.status < 500;
  return (await answer.clone().json()).code !== "idempotency_key_in_use";
}

// `crypto.randomUUID` exists on secure origins alone.
const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
