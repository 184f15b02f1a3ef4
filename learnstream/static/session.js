// Who is signed in, and every call to the API. The access token lives in memory alone; the refresh token survives a
// reload of its tab and goes when the tab is closed.

const KEPT = "learnstream.refresh_token";
const tabs = new BroadcastChannel("learnstream.session");

let access = null;
let refreshing = null;
let onEnd = () => {};

/** What the API refused, or that it could not be reached. */
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail ?? "The server cannot be reached. Check your connection and try again.");
    this.status = status;
    this.code = body.code ?? "unreachable";
    this.token = body.mfa_token;
    this.errors = Object.values(body.errors ?? {});
    this.fields = this.errors.flatMap((fields) => Object.values(fields).flat());
  }

  /** True if a field of this name is wrong. */
  names(field) {
    return this.errors.some((fields) => field in fields);
  }

  /** Return what is wrong with a field, in words for people: other fields are named as their labels are. */
  about(field) {
    const sentences = this.errors.flatMap((fields) => fields[field] ?? []).join(" ");
    return sentences.replace(/`(\w)(\w*)`/g, (_, first, rest) => `“${first.toUpperCase()}${rest}”`);
  }
}

export const mayResume = () => sessionStorage.getItem(KEPT) !== null;

/** Call `listener` when the session has ended by itself. */
export function whenEnded(listener) {
  onEnd = listener;
}

export async function signIn(email, password) {
  take(await read(await ask("POST", "/auth/login", { email, password })));
}

/** Complete a sign-in that answered `mfa_code_required`; `code` is `{ code }` or `{ recovery_code }`. */
export async function completeSignIn(token, code) {
  take(await read(await ask("POST", "/auth/login/mfa", { mfa_token: token, ...code })));
}

export async function signOut() {
  try {
    await call("POST", "/auth/logout");
  } finally {
    drop();
  }
}

/** Send a change, and return what the API answers. */
export const send = async (method, path, body, headers) => read(await call(method, path, body, headers));

export const get = async (path) => read(await call("GET", path));

/** Get an answer with its headers: lists say in them where they stand, files what they are called. */
export const fetchFrom = (path) => call("GET", path);

/** Send a request with the access token, renewed if it has run out; return whatever answer comes. `send(token)` sends it once. */
export async function authorized(send) {
  if (!access && mayResume()) await refresh();
  const answer = await send(access);
  if (answer.status !== 401 || !mayResume() || (await needsRecentSignIn(answer))) return answer;
  await refresh();
  return send(access);
}

/** True if the session goes on, but its sign-in is too old for what was asked. */
export async function needsRecentSignIn(answer) {
  return answer.status === 401 && (await answer.clone().json().catch(() => ({}))).code === "reauthentication_required";
}

async function call(method, path, body, more) {
  const answer = await authorized(() => ask(method, path, body, more));
  if (answer.status === 401 && !(await needsRecentSignIn(answer))) end();
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

async function ask(method, path, body, more = {}) {
  const headers = { Accept: "application/json, text/csv", ...more };
  if (access) headers.Authorization = `Bearer ${access}`;
  if (body) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "omit" });
  } catch {
    throw new Problem(0);
  }
}

async function read(answer) {
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer.status === 204 ? null : answer.json();
}

/** Exchange the refresh token, once for all who wait for it. */
function refresh() {
  return (refreshing ??= exchange().finally(() => (refreshing = null)));
}

async function exchange() {
  const used = sessionStorage.getItem(KEPT);
  access = null;
  const answer = await ask("POST", "/auth/refresh", { refresh_token: used });
  if (answer.status === 401) return end();
  const pair = await read(answer);
  take(pair);
  tabs.postMessage({ used, pair });
}

// A tab that was duplicated has a copy of the refresh token, which is good for one use: whoever uses it tells the others.
tabs.onmessage = ({ data }) => {
  if (data.used === sessionStorage.getItem(KEPT)) take(data.pair);
};

function take(pair) {
  access = pair.access_token;
  sessionStorage.setItem(KEPT, pair.refresh_token);
}

function drop() {
  access = null;
  sessionStorage.removeItem(KEPT);
}

function end() {
  drop();
  onEnd();
  throw new Problem(401, { code: "signed_out", detail: "Your session has ended. Sign in again." });
}
