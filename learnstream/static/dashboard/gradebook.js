// The gradebook of a course: a row for each learner, a column for each graded lesson, and how each total came about.

import { announce, h, table } from "../dom.js";
import { get } from "../session.js";
import { tiles } from "./cards.js";
import { fileButton } from "./downloads.js";
import { count, points } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, showingAnew, trail } from "./page.js";
import { getInZone } from "./period.js";
import { state } from "./state.js";
import { showTotal, totalOf } from "./total.js";

const PART = 100; // learners that are read at once

export async function showGradebook({ id }, isCurrent, again) {
  const { group } = state;
  const filters = group ? { group_id: group.id } : {};
  const [course, columns] = await Promise.all([
    getInZone(`/courses/${id}/analytics`),
    get(`/courses/${id}/grades/columns?${new URLSearchParams(filters)}`),
  ]);
  await readParts(`/courses/${id}/grades`, { ...filters, limit: PART }, (learners, more) => {
    if (!isCurrent()) return;
    fill(view({ id, columns, learners, more, filters, changed: showingAnew(again) }));
    announce(`The grades of ${learners.length} learners are shown.`);
  });
  if (!isCurrent()) return;
  const title = `Gradebook: ${course.title}`;
  head(title, group ? `Only members of ${group.name}.` : "");
  trail({ course_id: id, title }, "grades");
  choose(id);
}

function view({ id, columns, learners, more, filters, changed }) {
  const title = "Gradebook";
  const query = new URLSearchParams(filters);
  const files = ["CSV", "XLSX"].map((name) => fileButton(name, `/courses/${id}/grades.${name.toLowerCase()}?${query}`, "grades"));
  const missing = columns.lessons.length ? (learners.length ? null : "No learners yet.") : "The course has no graded lessons.";
  const shown = missing
    ? h("p", { class: "empty" }, missing)
    : [
        h("p", { class: "soft" }, "Totals contain grades that are held back from learners. Choose a total to see how it came about."),
        h(
          "div",
          { class: "scroll members gradebook", tabindex: "0", role: "region", "aria-label": title },
          table(title, columnsOf(columns, (learner) => showTotal(id, learner, filters, () => changed("The grades are shown anew."))), learners),
        ),
        more ? h("button", { type: "button", class: "quiet more", click: more }, "Show more learners") : null,
      ];
  const heading = h("div", { class: "card-head" }, h("h2", {}, title), h("div", { class: "files" }, files));
  return [summary(learners, more), h("section", { class: "card list" }, heading, shown)];
}

function summary(learners, more) {
  const sum = (number) => count(learners.reduce((all, learner) => all + number(learner), 0));
  return tiles([
    ["Learners", `${count(learners.length)}${more ? "+" : ""}`],
    ["Passed so far", sum(({ passed }) => Number(passed === true))],
    ["Held back", sum(({ held }) => held), "grades that learners do not see"],
    ["Set by staff", sum(({ overridden }) => overridden), "grades"],
  ]);
}

function columnsOf({ lessons, categories }, explain) {
  const titles = new Map(categories.map(({ id, title }) => [id, title]));
  const about = ({ max_points: most, category_id: category, extra_credit: extra }) =>
    [`of ${points(most)}`, titles.get(category), extra && "extra credit"].filter(Boolean).join(", ");
  const total = (learner) =>
    h("button", { type: "button", class: "quiet", click: () => explain(learner), "aria-label": `${totalOf(learner)}: how the total of ${learner.name} came about` }, totalOf(learner));
  return [
    { name: "Learner", of: ({ name, email, status }) => [name, h("small", {}, status === "active" ? email : `${email}, ${status}`)] },
    { name: "Total", number: true, of: total },
    ...lessons.map((lesson) => ({
      name: [lesson.title, h("small", {}, about(lesson))],
      number: true,
      of: (learner) => cell(learner.lessons.find(({ lesson_id: id }) => id === lesson.lesson_id)),
    })),
  ];
}

const NOTES = { dropped: "dropped", missing: "missing", extra_credit: "extra credit", outside: "does not count", worthless: "does not count" };

/** The points of a lesson, and what is to be known of them; nothing for a lesson that the learner's version does not have. */
function cell(grade) {
  if (!grade) return "";
  const { points: earned, part, handed_in: handedIn, awaiting, overridden, held, anonymous } = grade;
  if (anonymous) return h("small", {}, "anonymous");
  if (part === "excused") return ["Excused", held ? h("small", {}, "held") : null];
  const notes = [NOTES[part], awaiting && "to mark", overridden && "set by staff", held && earned !== null && "held"].filter(Boolean);
  const shown = earned === null ? (part === "missing" ? "0" : handedIn ? "" : "–") : points(earned);
  return [shown, notes.length ? h("small", {}, notes.join(", ")) : null];
}
