// Releasing the grades of an assignment: all that learners do not see yet, after asking once.

import { h } from "../dom.js";
import { send } from "../session.js";
import { count } from "./format.js";

/** A button that asks, and what it asks; nothing without grades that are held. */
export function releasing(lesson, held, { restart, fail }) {
  if (!held) return null;
  const grades = held === 1 ? "1 grade" : `${count(held)} grades`;
  const release = async () => {
    const { released } = await send("POST", `/lessons/${lesson}/grades/release`, {});
    await restart(`${count(released)} ${released === 1 ? "grade was" : "grades were"} released.`);
  };
  const dialog = h(
    "dialog",
    { "aria-labelledby": "release-title" },
    h("h2", { id: "release-title" }, `Release ${grades}?`),
    h("p", {}, "Their learners see them at once, and are told. This cannot be undone."),
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", click: () => (dialog.close(), release().catch(fail)) }, "Release"),
      h("button", { type: "button", class: "quiet", click: () => dialog.close() }, "Cancel"),
    ),
  );
  return [h("button", { type: "button", class: "quiet", click: () => dialog.showModal() }, `Release ${grades}`), dialog];
}
