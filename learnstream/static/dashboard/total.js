// How a learner's total came about, in a dialog.

import { h, table } from "../dom.js";
import { get } from "../session.js";
import { points } from "./format.js";
import { notifyOf } from "./page.js";

/** A total in a few words: 80%, B. */
export function totalOf({ percent, label }) {
  return percent === null ? "–" : [`${points(percent)}%`, label].filter(Boolean).join(", ");
}

/** Read how a learner's total came about, and show it until it is closed. */
export async function showTotal(course, learner, filters) {
  try {
    const grades = await get(`/courses/${course}/learners/${learner.user_id}/grades?${new URLSearchParams(filters)}`);
    show(dialogOf(learner, grades));
  } catch (problem) {
    notifyOf(problem);
  }
}

function show(dialog) {
  document.body.append(dialog);
  // The browser gives the focus back to what opened it.
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

function dialogOf({ name }, grades) {
  const title = `${name}: ${totalOf(grades)}`;
  const lists = [grades.categories.map(({ explanation }) => explanation), grades.explanation];
  const dialog = h(
    "dialog",
    { "aria-labelledby": "total-title" },
    h("h2", { id: "total-title" }, title),
    lists.filter(({ length }) => length).map((sentences) => h("ul", {}, sentences.map((sentence) => h("li", {}, sentence)))),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Lessons" }, lessons(grades)),
    h("div", { class: "actions" }, h("button", { type: "button", click: () => dialog.close() }, "Close")),
  );
  return dialog;
}

function lessons({ lessons: found, categories }) {
  const titles = new Map(categories.map(({ id, title }) => [id, title]));
  const result = ({ points: earned, max_points: most }) => (earned === null ? "–" : `${points(earned)} of ${points(most)}`);
  const columns = [
    { name: "Lesson", of: ({ title, category_id: id }) => [title, titles.has(id) ? h("small", {}, titles.get(id)) : null] },
    { name: "Points", number: true, of: result },
    { name: "What it counts", of: ({ explanation }) => explanation },
  ];
  return table("What each lesson counts", columns, found);
}
