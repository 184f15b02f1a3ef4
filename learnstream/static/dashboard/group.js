// A group's page: the progress of its members in each of its courses.

import { announce, h, table } from "../dom.js";
import { address } from "./address.js";
import { tiles } from "./cards.js";
import { fileButton } from "./downloads.js";
import { count, instantDay, share } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, trail } from "./page.js";
import { state } from "./state.js";

/** Show the group's page with its first members, and further ones when they are asked for. */
export async function showGroup(_, isCurrent) {
  const { group } = state;
  await readParts(`/groups/${group.id}/progress`, { page_size: 100 }, (members, more) => {
    if (!isCurrent()) return;
    fill(view(group, members, files(group), more));
    announce(`The progress of ${members.length} of ${group.members} members is shown.`);
  });
  if (!isCurrent()) return;
  head(group.name, `Code: ${group.code}. Progress is counted about once a minute.`);
  trail({ title: group.name }, "groups");
  choose("");
}

const files = (group) => ["CSV", "XLSX"].map((name) => fileButton(name, `/groups/${group.id}/progress.${name.toLowerCase()}`, "progress"));

/** A group with the members that have been read; `files` are the buttons of its tables, `more` reads further members. */
function view(group, members, files, more) {
  return [
    tiles([
      ["Members", count(group.members)],
      ["Courses", count(group.all_courses.length)],
    ]),
    progress(group, members, files, more),
    h("p", {}, h("a", { href: address("group-announcements", group.id) }, "Announcements to the members")),
  ];
}

function progress(group, members, files, more) {
  const title = "Progress of the members";
  const missing = members.length ? (group.all_courses.length ? null : "The group is given no courses.") : "The group has no members.";
  const shown = missing
    ? [h("p", { class: "empty" }, missing)]
    : [
        h("p", { class: "soft" }, "How much of each course a member has done, and when they were last active in it."),
        h("div", { class: "scroll members", tabindex: "0", role: "region", "aria-label": title }, table(title, columns(group), members)),
        more ? h("button", { type: "button", class: "quiet more", click: more }, "Show more members") : null,
      ];
  const head = h("div", { class: "card-head" }, h("h2", {}, title), h("div", { class: "files" }, files));
  return h("section", { class: "card list" }, head, shown);
}

function columns(group) {
  return [
    { name: "Member", of: ({ name, email }) => [name, h("small", {}, email)] },
    ...group.all_courses.map(({ course_id: id, title }) => ({
      name: h("a", { href: address("courses", id, { group: group.id }) }, title),
      number: true,
      of: ({ courses }) => standing(courses.find((each) => each.course_id === id)),
    })),
  ];
}

function standing(course) {
  if (!course) return "–";
  const { fraction, last_active_at: active } = course;
  return [share(fraction), h("small", {}, active ? instantDay(active) : "not active yet")];
}
