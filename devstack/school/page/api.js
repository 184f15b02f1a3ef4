// Calls LearnStream as a signed-in user. A tab keeps its tokens until it is closed.
export const api = (await (await fetch("config.json")).json()).api;

let tokens = JSON.parse(sessionStorage.getItem("tokens"));
let refreshing = null;

export const isSignedIn = () => tokens !== null;

export function remember(pair) {
  tokens = pair;
  if (pair) sessionStorage.setItem("tokens", JSON.stringify(pair));
  else sessionStorage.removeItem("tokens");
}

const SHORT = 16_000; // characters: browsers let requests with 64 kB of bodies in total outlive their pages
const PATIENCE = 30_000; // milliseconds

// `keepalive` lets a request outlive its page: the last heartbeat is sent when the tab is closed.
function send(method, path, content, token, more = {}) {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }), ...more };
  const body = content && JSON.stringify(content), signal = AbortSignal.timeout(PATIENCE);
  return fetch(api + path, { method, headers, keepalive: !(body?.length > SHORT), body, signal });
}

async function refresh() {
  const answer = await send("POST", "/auth/refresh", { refresh_token: tokens.refresh_token });
  if (answer.ok) remember(await answer.json());
  else if (answer.status === 401) remember(null);
}

export async function call(method, path, body, headers) {
  let answer = await send(method, path, body, tokens?.access_token, headers);
  if (answer.status === 401 && tokens) {
    await (refreshing ??= refresh().finally(() => (refreshing = null)));
    if (tokens) answer = await send(method, path, body, tokens.access_token, headers);
  }
  const { status, ok } = answer;
  const header = (name) => answer.headers.get(name);
  return { status, ok, etag: header("ETag"), next: header("X-Next-Cursor"), body: await answer.json().catch(() => null) };
}

// Returns the response's JSON, or throws the error's; undefined if there was no response.
export async function ask(method, path, body) {
  const answer = await call(method, path, body).catch(() => null);
  if (!answer?.ok) throw answer?.body;
  return answer.body;
}

export async function download(path) {
  const answer = await send("GET", path, undefined, tokens?.access_token);
  if (!answer.ok) throw await answer.json();
  return answer.blob();
}

export async function signIn(email, password) {
  const answer = await call("POST", "/auth/login", { email, password });
  if (answer.ok) remember(answer.body);
  return answer;
}

export async function signOut() {
  await call("POST", "/auth/logout");
  remember(null);
}
