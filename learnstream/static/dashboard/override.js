// Setting a learner's grade in a lesson, excusing them from it, and undoing either.

import { h } from "../dom.js";
import { send } from "../session.js";
import { points as shown } from "./format.js";
import { oneAtATime } from "./work.js";

/** `path` is that of the grade; `done()` follows a change, `cancel()` leaves all as it is. */
export function overrideForm(path, { title, points: earned, max_points: most, overridden, part }, { done, cancel }) {
  const value = h("input", { id: "override-points", type: "number", min: 0, max: most, step: "any" });
  const reason = h("input", { id: "override-reason", maxlength: 500, autocomplete: "off", dir: "auto" });
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const tell = (message) => ((trouble.hidden = !message), (trouble.textContent = message));
  const once = oneAtATime((problem) => problem.status !== 401 && tell([problem.message, ...problem.fields].join(" ")));
  const put = (body) =>
    once(async () => {
      tell("");
      if (!reason.value.trim()) return reason.focus(), tell("Enter a reason: the learner and other staff see it.");
      await send("PUT", path, { ...body, reason: reason.value });
      await done();
    });
  const set = () => (value.value === "" ? (value.focus(), tell(`Enter a number from 0 to ${shown(most)}.`)) : put({ points: Number(value.value) }));
  value.value = earned ?? "";
  queueMicrotask(() => value.focus());
  const button = (name, click) => h("button", { type: "button", class: "quiet", click }, name);
  return h(
    "form",
    { class: "override", novalidate: true, "aria-label": `Change: ${title}`, submit: (event) => (event.preventDefault(), set()) },
    h("h3", {}, title),
    h("label", { for: "override-points" }, `Points (0 to ${shown(most)})`),
    value,
    h("label", { for: "override-reason" }, "Reason"),
    reason,
    trouble,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit" }, "Set the points"),
      part === "excused" ? null : button("Excuse the learner", () => put({ excused: true })),
      overridden || part === "excused" ? button("Undo the change", () => put({ points: null })) : null,
      button("Cancel", cancel),
    ),
  );
}
