// How a learner's total came about, in a dialog, in which the course's staff change grades.

import { h, table } from "../dom.js";
import { get } from "../session.js";
import { points } from "./format.js";
import { overrideForm } from "./override.js";
import { notifyOf } from "./page.js";

/** A total in a few words: 86%, B. */
export function totalOf({ percent, label }) {
  return percent === null ? "–" : [`${points(percent)}%`, label].filter(Boolean).join(", ");
}

/** Show how a learner's total came about until it is closed; then `changed()`, if a grade was changed. */
export async function showTotal(course, learner, filters, changed) {
  const path = `/courses/${course}/learners/${learner.user_id}/grades`;
  const read = () => get(`${path}?${new URLSearchParams(filters)}`);
  try {
    show(dialogOf(learner, await read(), { path, read, mayChange: !("group_id" in filters), changed }));
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

function dialogOf(learner, first, { path, read, mayChange, changed }) {
  const dialog = h("dialog", { "aria-labelledby": "total-title" });
  const change = (lesson) => {
    const done = async () => {
      fill(await read());
      dialog.querySelector("h2").focus();
      dialog.addEventListener("close", changed, { once: true });
    };
    const form = overrideForm(`${path}/${lesson.lesson_id}`, lesson, { done, cancel: () => form.remove() });
    dialog.querySelector("form")?.remove();
    dialog.querySelector(".actions").before(form);
  };
  const fill = (grades) => dialog.replaceChildren(...contents(learner, grades, mayChange ? change : null, () => dialog.close()));
  fill(first);
  return dialog;
}

function contents({ name }, grades, change, close) {
  const sentences = [...grades.categories.map(({ explanation }) => explanation), ...grades.explanation];
  return [
    h("h2", { id: "total-title", tabindex: "-1" }, `${name}: ${totalOf(grades)}`),
    h("ul", {}, sentences.map((sentence) => h("li", {}, sentence))),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Lessons" }, lessons(grades, change)),
    h("div", { class: "actions" }, h("button", { type: "button", click: close }, "Close")),
  ];
}

function lessons({ lessons: found, categories }, change) {
  const titles = new Map(categories.map(({ id, title }) => [id, title]));
  const result = ({ points: earned, max_points: most }) => (earned === null ? "–" : `${points(earned)} of ${points(most)}`);
  const button = (lesson) =>
    lesson.anonymous ? null : h("button", { type: "button", class: "quiet", click: () => change(lesson), "aria-label": `Change: ${lesson.title}` }, "Change");
  const columns = [
    { name: "Lesson", of: ({ title, category_id: id }) => [title, titles.has(id) ? h("small", {}, titles.get(id)) : null] },
    { name: "Points", number: true, of: result },
    { name: "What it counts", of: ({ explanation }) => explanation },
    ...(change ? [{ name: "Change", of: button }] : []),
  ];
  return table("What each lesson counts", columns, found);
}
