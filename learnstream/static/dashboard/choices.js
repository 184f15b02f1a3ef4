// The courses and groups that can be chosen in the toolbar.

import { byId, h } from "../dom.js";
import { get } from "../session.js";
import { address, hasGroup, read } from "./address.js";
import { readList } from "./lists.js";
import { state } from "./state.js";

const MOST = 500; // courses or groups that can be chosen

/** Read what the person who is signed in can choose. */
export async function readChoices() {
  const isAdmin = state.person.role === "admin";
  [state.courses, state.groups] = await Promise.all([
    listAll("/users/me/courses", isAdmin ? { everybody: true } : {}),
    listAll(isAdmin ? "/admin/groups" : "/groups"),
  ]);
  fillGroups();
}

const listAll = async (path, filters) => (await readList(path, { filters, most: MOST })).entries;

/** Go to what is chosen, for all learners or a group's; without a course to the group's page, or to the first view. */
export function listenToChoices() {
  byId("course").addEventListener("change", ({ target }) => go(target.value, state.group?.id));
  byId("group").addEventListener("change", ({ target }) => {
    const { kind, id, part } = read(location.hash);
    if (hasGroup(kind)) location.hash = address(kind, id, { group: target.value, part });
    else go(byId("course").value, target.value);
  });
}

function go(course, chosen) {
  if (course) location.hash = address("courses", course, { group: chosen });
  else location.hash = chosen ? address("groups", chosen) : "#/";
}

/** Get a group with its courses, unless it is the one that is shown already. */
export async function findGroup(id) {
  if (!id) return null;
  return String(state.group?.id) === id ? state.group : get(`/groups/${encodeURIComponent(id)}`);
}

export function fillCourses() {
  const { courses, group, person } = state;
  const own = courses.map(({ id, title, status }) => [id, status === "published" ? title : `${title} (${status})`]);
  const known = new Set(courses.map(({ id }) => id));
  const given = (group?.all_courses ?? []).filter(({ course_id: id }) => !known.has(id)).map(({ course_id: id, title }) => [id, title]);
  const all = group ? [["", "All courses of the group"]] : person.role === "admin" ? [["", "All courses"]] : [];
  byId("course").replaceChildren(...[...all, ...given, ...own].map(([value, name]) => h("option", { value }, name)));
}

function fillGroups() {
  const options = state.groups.map(({ id, name, archived_at: archived }) => h("option", { value: id }, archived ? `${name} (archived)` : name));
  byId("group").replaceChildren(h("option", { value: "" }, "All learners"), ...options);
  byId("of-group").hidden = !state.groups.length;
}
