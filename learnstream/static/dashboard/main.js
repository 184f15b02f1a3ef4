// The dashboard: signs in, follows the address (see address.js) and shows what the API answers.

import { clear } from "./charts.js";
import { announce, byId, h } from "../dom.js";
import { address, read } from "./address.js";
import { instant } from "./format.js";
import { groupView } from "./group.js";
import { readList } from "./lists.js";
import { queueView, readQueue } from "./marking.js";
import { readQuiz } from "./quiz.js";
import { fetchFrom, get, mayResume, Problem, signOut, whenEnded } from "../session.js";
import { ask, listen as listenToForm } from "../sign-in.js";
import { courseView, lessonView, platformView } from "./views.js";

const MOST = 500; // courses or groups that can be chosen
const UTC = "UTC";
const FIELDS = ["from", "to"];
const UNDATED = ["groups", "marking"]; // views without days

let person = null;
let courses = [];
let groups = [];
let group = null; // whose learners are shown, with its courses; null: all
let asked = 0;
let zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? UTC;

// --- who is here

async function enter() {
  person = await get("/users/me");
  if (person.role === "student") {
    await signOut();
    throw new Problem(403, { detail: "The dashboard is for instructors and administrators." });
  }
  const isAdmin = person.role === "admin";
  [courses, groups] = await Promise.all([
    listAll("/users/me/courses", isAdmin ? { everybody: true } : {}),
    listAll(isAdmin ? "/admin/groups" : "/groups"),
  ]);
  fillGroups();
  byId("name").textContent = person.name;
  showSignedIn(true);
  await show();
}

function showSignedIn(yes) {
  byId("signed-in").hidden = byId("who").hidden = !yes;
  byId("signed-out").hidden = yes;
}

function showSignIn(message = "") {
  person = group = null;
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

const listAll = async (path, filters) => (await readList(path, { filters, most: MOST })).entries;

function fillCourses() {
  const own = courses.map(({ id, title, status }) => [id, status === "published" ? title : `${title} (${status})`]);
  const known = new Set(courses.map(({ id }) => id));
  const given = (group?.all_courses ?? []).filter(({ course_id: id }) => !known.has(id)).map(({ course_id: id, title }) => [id, title]);
  const all = group ? [["", "All courses of the group"]] : person.role === "admin" ? [["", "All courses"]] : [];
  byId("course").replaceChildren(...[...all, ...given, ...own].map(([value, name]) => h("option", { value }, name)));
}

function fillGroups() {
  const options = groups.map(({ id, name, archived_at: archived }) => h("option", { value: id }, archived ? `${name} (archived)` : name));
  byId("group").replaceChildren(h("option", { value: "" }, "All learners"), ...options);
  byId("of-group").hidden = !groups.length;
}

function choosePeriod(length) {
  const today = new Date();
  byId("to").value = isoDay(today);
  byId("from").value = isoDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - (length - 1)));
}

/** Return the reader's day. */
const isoDay = (time) =>
  [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
const range = () =>
  new URLSearchParams({ from: byId("from").value, to: byId("to").value, tz: zone, ...(group && { group_id: group.id }) });

// --- where we are

function place() {
  const found = read(location.hash);
  if (found.kind) return { ...found, view: found.kind === "lessons" ? lessonView : courseView };
  if (person.role === "admin") return { kind: "admin", view: platformView };
  if (!courses.length && groups.length) return { kind: "groups", id: String(groups[0].id), group: String(groups[0].id) };
  return { kind: "courses", id: courses[0]?.id, view: courseView };
}

/** Go to a course, for all learners or a group's; without a course to the group's page, or to the first view. */
function go(course, chosen) {
  if (course) location.hash = address("courses", course, { group: chosen });
  else location.hash = chosen ? address("groups", chosen) : "#/";
}

async function show() {
  const { kind, id, part, view, group: chosen } = place();
  const turn = (asked += 1);
  notify("");
  for (const field of FIELDS) complain(field);
  for (const element of document.querySelectorAll(".day")) element.hidden = UNDATED.includes(kind);
  if (kind === "courses" && !id) return showNothing();
  beBusy(true);
  try {
    const found = await findGroup(chosen);
    if (turn !== asked) return;
    group = found;
    fillCourses();
    if (kind === "groups") return await showGroup(turn);
    if (kind === "marking") return await showMarking(turn, id, part);
    const path = id ? `/${kind}/${id}` : "/admin";
    const query = range();
    if (part) query.set("video_id", part);
    const [figures, status] = await Promise.all([getInZone(`${path}/analytics`, query), kind === "admin" ? readStatus() : null]);
    const quiz = kind === "lessons" && figures.kind === "quiz" ? await readQuiz(id, group?.id) : null;
    if (turn === asked) present({ ...figures, ...status, quiz, group: group?.id }, view, kind);
  } catch (problem) {
    if (turn === asked && problem.status !== 401 && !complainAtFields(problem)) showProblem(problem);
  } finally {
    if (turn === asked) beBusy(false);
  }
}

/** Get a group with its courses, unless it is the one that is shown already. */
async function findGroup(id) {
  if (!id) return null;
  return String(group?.id) === id ? group : get(`/groups/${encodeURIComponent(id)}`);
}

/** Show the group's page with its first members, and further ones when they are asked for. */
async function showGroup(turn) {
  const members = [];
  const readMore = async (cursor) => {
    const query = new URLSearchParams({ page_size: 100, ...(cursor && { cursor }) });
    const answer = await fetchFrom(`/groups/${group.id}/progress?${query}`);
    members.push(...(await answer.json()));
    if (turn !== asked) return;
    const next = answer.headers.get("X-Next-Cursor");
    fill(groupView(group, members, groupFiles(), next && (() => further(next))));
    announce(`The progress of ${members.length} of ${group.members} members is shown.`);
  };
  const further = (cursor) =>
    readMore(cursor).then(
      () => document.querySelector("#content [role=region]").focus(),
      (problem) => problem.status !== 401 && notify(problem.message),
    );
  await readMore();
  if (turn !== asked) return;
  head(group.name, `Code: ${group.code}. Progress is counted about once a minute.`);
  trail({ title: group.name }, "groups");
  choose("");
}

/** Show the answers of a course, or of one of its quizzes, that await marking. */
async function showMarking(turn, id, lesson) {
  const filters = { lesson, group: group?.id };
  const [course, queue] = await Promise.all([getInZone(`/courses/${id}/analytics`, range()), readQueue(id, filters)]);
  if (turn !== asked) return;
  const titles = new Map(course.funnel.map((step) => [step.lesson_id, step.title]));
  const title = `Marking: ${titles.get(lesson) ?? course.title}`;
  const isCurrent = () => turn === asked;
  const page = {
    fill,
    begin: () => (notify(""), isCurrent),
    restart: async (said) => (await show(), byId("title").focus(), said && announce(said)),
    fail: (problem) => isCurrent() && problem.status !== 401 && notify(problem.message),
  };
  fill(queueView(id, queue, titles, { ...(lesson && { lesson_id: lesson }), ...(group && { group_id: group.id }) }, page));
  head(title, group ? `Only members of ${group.name}.` : "");
  trail({ course_id: id, title }, "marking");
  choose(id);
  announce(`${queue.entries.length} answers await marking.`);
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
  const asOf = figures.as_of ? `As of ${instant(figures.as_of)}, your time. Days are in the time zone ${figures.tz}.` : "Nothing has been counted yet.";
  head(title, group ? `Only members of ${group.name}. ${asOf}` : asOf);
  trail(figures, kind);
  choose(figures.course_id ?? "");
  fill(view(figures, csvButton, fileButton));
  announce(`Figures of ${title} are shown.`);
}

/** Say in the toolbar what is shown. */
function choose(course) {
  byId("course").value = course;
  byId("group").value = group?.id ?? "";
}

function head(title, asOf) {
  byId("title").textContent = title;
  byId("as-of").textContent = asOf;
  document.title = `${title} · LearnStream`;
}

function trail({ course_id: id, title }, kind) {
  const links = [];
  if (kind !== "admin" && person.role === "admin") links.push(h("a", { href: "#/" }, "All courses"));
  if (kind !== "groups" && group) links.push(h("a", { href: address("groups", group.id) }, group.name));
  if (kind === "lessons" || kind === "marking") {
    const given = group?.all_courses.find((each) => each.course_id === id);
    const course = courses.find((each) => each.id === id) ?? given;
    links.push(h("a", { href: address("courses", id, { group: group?.id }) }, course?.title ?? "The course"));
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
  return fileButton("CSV", `${path}/analytics.csv?${query}`, name);
}

const groupFiles = () => ["CSV", "XLSX"].map((name) => fileButton(name, `/groups/${group.id}/progress.${name.toLowerCase()}`, "progress"));

function fileButton(name, path, content) {
  const label = `Download as ${name}: ${content}`;
  return h("button", { type: "button", class: "quiet", click: () => download(path), "aria-label": label }, name);
}

async function download(path) {
  notify("");
  try {
    const answer = await fetchFrom(path);
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
  byId("course").addEventListener("change", ({ target }) => go(target.value, group?.id));
  byId("group").addEventListener("change", ({ target }) => {
    const { kind, id, part } = read(location.hash);
    if (kind === "lessons" || kind === "marking") location.hash = address(kind, id, { group: target.value, part });
    else go(byId("course").value, target.value);
  });
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
