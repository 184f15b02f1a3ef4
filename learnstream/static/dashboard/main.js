// The dashboard: signs in, follows the address (#/courses/… or #/lessons/…) and shows what the API answers.

import { clear } from "./charts.js";
import { announce, byId, h } from "../dom.js";
import { instant } from "./format.js";
import { fetchFrom, get, mayResume, Problem, signOut, whenEnded } from "../session.js";
import { ask, listen as listenToForm } from "../sign-in.js";
import { courseView, lessonView, platformView } from "./views.js";

const MOST_COURSES = 500;
const UTC = "UTC";
const FIELDS = ["from", "to"];

let person = null;
let courses = [];
let asked = 0;
let zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? UTC;

// --- who is here

async function enter() {
  person = await get("/users/me");
  if (person.role === "student") {
    await signOut();
    throw new Problem(403, { detail: "The dashboard is for instructors and administrators." });
  }
  courses = await listCourses();
  fillCourses();
  byId("name").textContent = person.name;
  showSignedIn(true);
  await show();
}

function showSignedIn(yes) {
  byId("signed-in").hidden = byId("who").hidden = !yes;
  byId("signed-out").hidden = yes;
}

function showSignIn(message = "") {
  person = null;
  clear();
  byId("content").replaceChildren();
  document.title = "Sign in · LearnStream";
  showSignedIn(false);
  ask(byId("sign-in"), message);
}

async function enterFromForm() {
  await enter();
  byId("title").focus();
}

// --- what can be chosen

async function listCourses() {
  const query = new URLSearchParams({ page_size: 100, ...(person.role === "admin" && { everybody: true }) });
  const found = [];
  for (let cursor = ""; cursor !== null && found.length < MOST_COURSES; cursor && query.set("cursor", cursor)) {
    const answer = await fetchFrom(`/users/me/courses?${query}`);
    cursor = answer.headers.get("X-Next-Cursor");
    found.push(...(await answer.json()));
  }
  return found;
}

function fillCourses() {
  const options = courses.map(({ id, title, status }) =>
    h("option", { value: id }, status === "published" ? title : `${title} (${status})`),
  );
  const all = person.role === "admin" ? [h("option", { value: "" }, "All courses")] : [];
  byId("course").replaceChildren(...all, ...options);
}

function choosePeriod(length) {
  const today = new Date();
  byId("to").value = isoDay(today);
  byId("from").value = isoDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - (length - 1)));
}

/** Return the reader's day. */
const isoDay = (time) =>
  [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
const range = () => new URLSearchParams({ from: byId("from").value, to: byId("to").value, tz: zone });

// --- where we are

function place() {
  const [, kind, id, video] = location.hash.split("/");
  if (kind === "courses" && id) return { kind, id, view: courseView };
  if (kind === "lessons" && id) return { kind, id, video, view: lessonView };
  return person.role === "admin" ? { kind: "admin", view: platformView } : { kind: "courses", id: courses[0]?.id, view: courseView };
}

async function show() {
  const { kind, id, video, view } = place();
  const turn = (asked += 1);
  notify("");
  for (const field of FIELDS) complain(field);
  if (kind === "courses" && !id) return showNothing();
  const path = id ? `/${kind}/${id}` : "/admin";
  const query = range();
  if (video) query.set("video_id", video);
  beBusy(true);
  try {
    const [figures, status] = await Promise.all([getInZone(`${path}/analytics`, query), kind === "admin" ? readStatus() : null]);
    if (turn === asked) present({ ...figures, ...status }, view, kind);
  } catch (problem) {
    if (turn === asked && problem.status !== 401 && !complainAtFields(problem)) showProblem(problem);
  } finally {
    if (turn === asked) beBusy(false);
  }
}

/** Get the state of mails and files; null if that fails, since figures are shown without it. */
const readStatus = () =>
  get("/admin/status").then(
    ({ mail, files }) => ({ mail, files }),
    () => null,
  );

/** Get figures by days of the browser's time zone; of UTC, if the server does not know it. */
async function getInZone(path, query) {
  try {
    return await get(`${path}?${query}`);
  } catch (problem) {
    if (zone === UTC || !problem.names("tz")) throw problem;
    zone = UTC;
    query.set("tz", zone);
    return get(`${path}?${query}`);
  }
}

function present(figures, view, kind) {
  const title = figures.title ?? "All courses";
  head(title, figures.as_of ? `As of ${instant(figures.as_of)}, your time. Days are in the time zone ${figures.tz}.` : "Nothing has been counted yet.");
  trail(figures, kind);
  byId("course").value = figures.course_id ?? "";
  fill(view(figures, csvButton));
  announce(`Figures of ${title} are shown.`);
}

function head(title, asOf) {
  byId("title").textContent = title;
  byId("as-of").textContent = asOf;
  document.title = `${title} · LearnStream`;
}

function trail({ course_id: id, title }, kind) {
  const links = [];
  if (kind !== "admin" && person.role === "admin") links.push(h("a", { href: "#/" }, "All courses"));
  if (kind === "lessons") {
    const course = courses.find((each) => each.id === id);
    links.push(h("a", { href: `#/courses/${id}` }, course?.title ?? "The course"));
  }
  const here = links.length ? [h("li", { "aria-current": "page" }, title)] : [];
  byId("trail").replaceChildren(h("ol", {}, links.map((link) => h("li", {}, link)), here));
}

function fill(elements) {
  clear();
  byId("content").replaceChildren(...elements.filter(Boolean));
}

function beBusy(yes) {
  byId("content").setAttribute("aria-busy", String(yes));
  if (!yes) return;
  announce("Loading figures.");
  if (!byId("content").children.length) fill([h("p", { class: "empty loading" }, "Loading figures …")]);
}

function showNothing() {
  head("No courses yet", "");
  byId("trail").replaceChildren();
  fill([h("p", { class: "card empty" }, "Once you teach a course, its figures are here.")]);
  announce("You teach no courses yet.");
}

function showProblem(problem) {
  head("No figures", "");
  const details = problem.fields.map((sentence) => h("li", {}, sentence));
  const again = h("button", { type: "button", click: show }, "Try again");
  const box = h("div", { class: "card error", role: "alert" }, h("p", {}, problem.message));
  box.append(...(details.length ? [h("ul", {}, details)] : []), again);
  fill([box]);
}

/** Say at the fields what is wrong with them, and leave the figures; false if nothing is. */
function complainAtFields(problem) {
  const wrong = FIELDS.filter((field) => problem.names(field));
  for (const field of wrong) complain(field, problem.about(field));
  if (wrong.length) byId(wrong[0]).focus();
  return wrong.length > 0;
}

function complain(field, message = "") {
  byId(`${field}-wrong`).textContent = message;
  if (message) byId(field).setAttribute("aria-invalid", "true");
  else byId(field).removeAttribute("aria-invalid");
}

/** Say above the figures what did not work. */
function notify(message) {
  byId("notice").hidden = !message;
  byId("notice").textContent = message;
}

// --- files

function csvButton(path, name, more = {}) {
  const query = range();
  for (const [key, value] of Object.entries({ table: name, ...more })) query.set(key, value);
  const save = () => download(`${path}/analytics.csv?${query}`);
  return h("button", { type: "button", class: "quiet", click: save, "aria-label": `Download as CSV: ${name}` }, "CSV");
}

async function download(address) {
  notify("");
  try {
    const answer = await fetchFrom(address);
    const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "");
    const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: named?.[1] ?? "figures.csv" });
    link.click();
    URL.revokeObjectURL(link.href);
    announce(`${link.download} was downloaded.`);
  } catch (problem) {
    if (problem.status !== 401) notify(problem.message);
  }
}

// --- beginnings

function listen() {
  listenToForm(byId("sign-in"), enterFromForm, showSignIn);
  byId("sign-out").addEventListener("click", async () => {
    await signOut().catch(() => {});
    showSignIn();
    announce("You are signed out.");
  });
  byId("choice").addEventListener("submit", (event) => (event.preventDefault(), show()));
  byId("course").addEventListener("change", ({ target }) => (location.hash = target.value ? `#/courses/${target.value}` : "#/"));
  byId("period").addEventListener("change", ({ target }) => target.value && (choosePeriod(Number(target.value)), show()));
  for (const id of FIELDS) byId(id).addEventListener("change", () => (byId("period").value = ""));
  window.addEventListener("hashchange", async () => {
    if (!person) return;
    await show();
    byId("title").focus();
  });
  whenEnded(() => showSignIn("Your session has ended. Sign in again."));
}

async function begin() {
  listen();
  choosePeriod(30);
  if (!mayResume()) return showSignIn();
  try {
    await enter();
  } catch (problem) {
    if (problem.status !== 401) showSignIn(problem.message);
  }
}

begin();
