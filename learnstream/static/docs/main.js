// The documentation page: Scalar, which shows the OpenAPI document and sends requests, behind our own sign-in.

import { announce, byId, h } from "../dom.js";
import { get, mayResume, signOut, whenEnded } from "../session.js";
import { ask, listen } from "../sign-in.js";
import { caller } from "./calls.js";
import { address, prepare, slug } from "./document.js";

// Nothing is fetched from or reported to another host, and nothing is stored.
const QUIET = {
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
};
const PATIENCE = 5000; // milliseconds
const RENDERING = 300; // milliseconds, for a response in Scalar's console
const STACKED = matchMedia("(width < 1280px)");
const dialog = byId("sign-in");
const form = dialog.querySelector("form");
let asking = null;

// --- who is here

/** Let somebody sign in; resolve to whether they did. */
function askToSignIn(message = "") {
  asking ??= new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(mayResume()), { once: true });
    dialog.showModal();
  }).finally(() => (asking = null));
  ask(form, message);
  return asking;
}

async function showWho() {
  const { name, role } = await get("/users/me");
  byId("who").replaceChildren(name, h("span", { class: "wide" }, `, ${role}`));
  showSignedIn(true);
}

function showSignedIn(yes) {
  byId("signed-in").hidden = !yes;
  byId("begin").hidden = yes;
}

async function enter() {
  await showWho();
  dialog.close();
  announce(`You are signed in as ${byId("who").textContent}.`);
}

async function leave() {
  await signOut().catch(() => {});
  // Also forgets the answers on the page and what was typed.
  location.reload();
}

/** Keep Scalar's focus trap away from the form: while the console is open, it takes Tab and moves the focus back into itself. */
function guardForm() {
  for (const kind of ["keydown", "focusin"]) {
    window.addEventListener(kind, (event) => dialog.open && event.stopImmediatePropagation(), { capture: true });
  }
}

function listenToPeople() {
  guardForm();
  listen(form, enter, (message) => ask(form, message));
  byId("begin").addEventListener("click", () => askToSignIn());
  byId("cancel").addEventListener("click", () => dialog.close());
  byId("sign-out").addEventListener("click", leave);
  whenEnded(() => showSignedIn(false));
  showSignedIn(false);
  if (mayResume()) showWho().catch(() => {});
}

// --- what is shown

async function show() {
  const [answer] = await Promise.all([fetch("/openapi.json"), load(byId("library").href)]);
  const source = await answer.json();
  const send = caller(source, askToSignIn);
  const goTo = (hash) => address(source, hash) && history.replaceState(null, "", address(source, hash));
  goTo(location.hash);
  byId("docs").replaceChildren();
  Scalar.createApiReference(byId("docs"), {
    ...QUIET,
    content: prepare(source),
    servers: [{ url: location.origin }],
    customFetch: async (...request) => {
      const answer = await send(...request);
      setTimeout(scrollToAnswer, RENDERING);
      return answer;
    },
    generateTagSlug: ({ name }) => slug(name),
    generateOperationSlug: ({ operationId }) => operationId,
    documentDownloadType: "none",
    orderSchemaPropertiesBy: "preserve",
    defaultOpenFirstTag: false,
  });
}

/** Show the response on screens where the console has it below the request. */
function scrollToAnswer() {
  if (STACKED.matches) document.querySelector('.scalar-client [aria-label="Response"]')?.scrollIntoView({ block: "start" });
}

/**
 * Move the focus to what a search has found, and hold it there until something is pressed: when the search has closed,
 * Scalar returns the focus to the search button, which is before the whole side bar.
 */
function followSearch() {
  window.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target.matches("[role=combobox]")) holdFocus(target, location.hash);
  }, { capture: true });
}

function holdFocus(search, before) {
  const pressed = new AbortController();
  for (const kind of ["keydown", "pointerdown"]) {
    window.addEventListener(kind, () => pressed.abort(), { capture: true, once: true });
  }
  const over = AbortSignal.any([pressed.signal, AbortSignal.timeout(PATIENCE)]);
  const look = () => {
    if (over.aborted) return;
    if (!search.isConnected && location.hash !== before) focusShown();
    requestAnimationFrame(look);
  };
  look();
}

function focusShown() {
  const shown = document.querySelector(`[id$="${CSS.escape(location.hash.slice(1))}"]`);
  if (!shown || shown === document.activeElement) return;
  shown.tabIndex = -1;
  shown.focus({ preventScroll: true });
}

/** Load Scalar: only now, so that the form works while its 5 MB are compiled. */
function load(address) {
  return new Promise((resolve, reject) => document.head.append(h("script", { src: address, load: resolve, error: reject })));
}

listenToPeople();
followSearch();
show().catch(() => (byId("docs").textContent = "The documentation could not be loaded. Reload the page to try again."));
