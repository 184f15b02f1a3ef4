// The announcements of a course or group, for its staff: written, scheduled, published, changed and withdrawn.

import { announce, h } from "../dom.js";
import { paragraphsOf } from "../markdown.js";
import { fetchFrom, send } from "../session.js";
import { announcementForm } from "./announcement-form.js";
import { instant } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, notifyOf, showingAnew, titleOf, trail } from "./page.js";
import { state } from "./state.js";
import { oneAtATime } from "./work.js";

const PART = 20;

/** Show the announcements of a course, or of the group that the address names. */
export async function showAnnouncements({ kind, id }, isCurrent, again) {
  const ofCourse = kind === "announcements";
  const path = ofCourse ? `/courses/${id}/announcements` : `/admin/groups/${id}/announcements`;
  const subject = ofCourse ? titleOf(id) : state.group.name;
  await readParts(path, { limit: PART }, (found, more) => {
    if (!isCurrent()) return;
    fill(view({ path, found, more, restart: showingAnew(again) }));
    announce(`${found.length} announcements are shown.`);
  });
  if (!isCurrent()) return;
  const title = `Announcements: ${subject}`;
  head(title, "Learners see what is published, and are told of it once, as each of them chose.");
  trail({ course_id: id, title }, kind);
  choose(ofCourse ? id : "");
}

function view({ path, found, more, restart }) {
  const write = h("section", { class: "card" }, h("h2", {}, "Write an announcement"), announcementForm({ path, saved: restart }));
  return [
    write,
    h(
      "section",
      { role: "region", "aria-label": "Announcements", tabindex: "-1", class: "cards" },
      found.length ? found.map((each) => card(each, restart)) : h("p", { class: "card empty" }, "Nothing has been announced yet."),
      more ? h("button", { type: "button", class: "quiet more", click: more }, "Show more announcements") : null,
    ),
  ];
}

function stage({ status, publish_at: due, published_at: published, edited_at: edited }) {
  if (status === "scheduled") return `Will be published on ${instant(due)}`;
  if (status === "published") return `Published on ${instant(published)}${edited ? `, edited on ${instant(edited)}` : ""}`;
  return status === "withdrawn" ? "Withdrawn" : "Draft";
}

function card(announcement, restart) {
  const { id, title, text, status } = announcement;
  const box = h(
    "article",
    { class: "card", "aria-labelledby": `title-${id}` },
    h("h2", { id: `title-${id}`, dir: "auto" }, title),
    h("p", { class: "soft" }, stage(announcement)),
    h("div", { class: "written", dir: "auto" }, paragraphsOf(text)),
    status === "withdrawn" ? null : actions(announcement, { restart, edit }),
  );
  // It is changed as it is now, which the tag identifies; the list may be older.
  async function edit() {
    const answer = await fetchFrom(`/announcements/${id}`);
    const now = { ...(await answer.json()), etag: answer.headers.get("ETag") };
    const form = announcementForm({ path: `/announcements/${id}`, announcement: now, saved: restart, cancel: () => box.replaceWith(card(now, restart)) });
    box.replaceChildren(h("h2", { id: `title-${id}` }, "Change the announcement"), form);
    form.querySelector("input").focus();
  }
  return box;
}

function actions({ id, title, status }, { restart, edit }) {
  const once = oneAtATime(notifyOf);
  const button = (name, act) => h("button", { type: "button", class: "quiet", click: act, "aria-label": `${name}: ${title}` }, name);
  const act = (method, path, done) => once(async () => (await send(method, path), restart(`“${title}” is ${done}.`)));
  const publish = () => act("POST", `/announcements/${id}/publish`, "published");
  const remove = () => act("DELETE", `/announcements/${id}`, status === "published" ? "withdrawn" : "deleted");
  return h(
    "div",
    { class: "actions" },
    button("Change", () => once(edit)),
    status === "published" ? null : button("Publish now", publish),
    button(status === "published" ? "Withdraw" : "Delete", remove),
  );
}
