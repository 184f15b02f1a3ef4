// The frame of every view: heading, breadcrumb, content, and what to say when something did not work.

import { announce, byId, h } from "../dom.js";
import { address, OF_PLATFORM } from "./address.js";
import { clear } from "./charts.js";
import { state } from "./state.js";

export function head(title, about) {
  byId("title").textContent = title;
  byId("as-of").textContent = about;
  document.title = `${title} · LearnStream`;
}

/** Show the way to a view that belongs to a course: `kind` is that of its address. */
export function trail({ course_id: id, title }, kind) {
  const { group, person } = state;
  const links = [];
  if (kind !== "admin" && person.role === "admin") links.push(h("a", { href: "#/" }, "All courses"));
  if (kind !== "groups" && group) links.push(h("a", { href: address("groups", group.id) }, group.name));
  if (kind === "order") links.push(h("a", { href: address("orders", "all") }, "Orders"));
  if (!["admin", "groups", "courses", "group-announcements", ...OF_PLATFORM].includes(kind)) {
    links.push(h("a", { href: address("courses", id, { group: group?.id }) }, titleOf(id)));
  }
  const here = links.length ? [h("li", { "aria-current": "page" }, title)] : [];
  byId("trail").replaceChildren(h("ol", {}, links.map((link) => h("li", {}, link)), here));
}

/** The title of a course that can be chosen. */
export function titleOf(id) {
  const { courses, group } = state;
  const course = courses.find((each) => each.id === id) ?? group?.all_courses.find((each) => each.course_id === id);
  return course?.title ?? "The course";
}

/** True if the person who is signed in is the course's staff; staff of a group alone only see its members. */
export const teaches = (id) => state.person.role === "admin" || state.courses.some((course) => course.id === id);

/** Say in the toolbar what is shown. */
export function choose(course) {
  byId("course").value = course;
  byId("group").value = state.group?.id ?? "";
}

export function fill(elements) {
  clear();
  byId("content").replaceChildren(...elements.filter(Boolean));
}

export function beBusy(yes) {
  byId("content").setAttribute("aria-busy", String(yes));
  if (!yes) return;
  announce("Loading figures.");
  if (!byId("content").children.length) fill([h("p", { class: "empty loading" }, "Loading figures …")]);
}

export function showNothing() {
  head("No courses yet", "");
  byId("trail").replaceChildren();
  fill([h("p", { class: "card empty" }, "Once you teach a course, its figures are here.")]);
  announce("You teach no courses yet.");
}

/** Show what went wrong instead of a view; `again` tries once more. */
export function showProblem(problem, again) {
  head("No figures", "");
  const details = problem.fields.map((sentence) => h("li", {}, sentence));
  const button = h("button", { type: "button", click: again }, "Try again");
  const box = h("div", { class: "card error", role: "alert" }, h("p", {}, problem.message));
  box.append(...(details.length ? [h("ul", {}, details)] : []), button);
  fill([box]);
}

/** Return a function that shows a view anew, and says what has happened. */
export const showingAnew = (again) => async (said) => {
  await again();
  byId("title").focus();
  if (said) announce(said);
};

/** Say above the figures what did not work. */
export function notify(message) {
  byId("notice").hidden = !message;
  byId("notice").textContent = message;
}

/** Say what a failed request answered, unless it was the session's end, which is said elsewhere. */
export function notifyOf(problem) {
  if (problem.status !== 401) notify(problem.message);
}
