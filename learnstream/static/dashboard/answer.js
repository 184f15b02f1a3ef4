// An answer that is marked by hand, with its rubric, points and comment beside it.

import { h } from "../dom.js";
import { send } from "../session.js";
import { instant, points as shown } from "./format.js";
import { isOutdated, oneAtATime } from "./work.js";

// What was typed and not saved yet, by marker and answer: it survives another view and the end of the session.
const drafts = new Map();

/** Show an answer; once it is saved, `next(said)` shows the next one. `skip()` leaves it, `back()` shows the queue. */
export function answerView(entry, { quiz, next, skip, back }) {
  const title = h("h2", { tabindex: "-1" }, `${entry.name ?? "Deleted account"}, attempt ${entry.number}`);
  const about = h("p", { class: "soft" }, `${quiz ? `${quiz}. ` : ""}Submitted on ${instant(entry.submitted_at)}.`);
  // A heading has no focus before it stands on the page.
  queueMicrotask(() => title.focus());
  return [
    h("section", { class: "card" }, title, about),
    h("div", { class: "marking" }, answered(entry), h("div", { class: "beside" }, rubric(entry), form(entry, { next, skip, back }))),
  ];
}

function answered({ stem, answer }) {
  const text = answer === null || answer === "" ? h("p", { class: "soft" }, "No answer was given.") : h("p", { class: "typed", dir: "auto" }, written(answer));
  return h("section", { class: "card" }, h("h3", {}, "Question"), h("p", { class: "typed", dir: "auto" }, stem), h("h3", {}, "Answer"), text);
}

const written = (answer) => (typeof answer === "string" ? answer : JSON.stringify(answer));

function rubric({ rubric }) {
  return h("section", { class: "card" }, h("h3", {}, "Rubric"), h("p", { class: "typed", dir: "auto" }, rubric || "The question has no rubric."));
}

function form(entry, { next, skip, back }) {
  const key = `${entry.claimed_by} ${entry.attempt_id} ${entry.question_id}`;
  const most = shown(entry.max_points);
  const wrong = h("p", { id: "points-wrong", class: "wrong", role: "alert" });
  const points = h("input", { id: "points", type: "number", min: 0, max: entry.max_points, step: "any", "aria-describedby": "points-wrong" });
  const comment = h("textarea", { id: "comment", rows: 5, maxlength: 5000, dir: "auto", "aria-describedby": "comment-hint" });
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  [points.value, comment.value] = drafts.get(key) ?? ["", ""];
  let saved = null; // what is stored of what stands in the fields
  const keep = () => ((saved = null), drafts.set(key, [points.value, comment.value]));
  const complain = (message) => {
    wrong.textContent = message;
    points.setAttribute("aria-invalid", String(Boolean(message)));
    if (message) points.focus();
  };
  const tell = (message) => ((trouble.hidden = !message), (trouble.textContent = message));
  const refused = (problem) => {
    if (problem.status === 401) return;
    if (problem.names("points")) complain(problem.about("points"));
    else tell(explain(problem));
  };
  const save = async () => {
    complain("");
    tell("");
    if (points.value === "") return complain(`Enter a number from 0 to ${most}.`);
    saved ??= await store(entry, { points: Number(points.value), comment: comment.value });
    drafts.delete(key);
    await next(`Saved: ${shown(saved.points)} of ${most} points for ${entry.name ?? "a deleted account"}.`);
  };
  const once = oneAtATime(refused);
  const made = h(
    "form",
    { class: "card", novalidate: true, "aria-label": "Marking", input: keep, submit: (event) => (event.preventDefault(), once(save)) },
    h("label", { for: "points" }, `Points (0 to ${most})`),
    points,
    wrong,
    h("label", { for: "comment" }, "Comment to the learner"),
    comment,
    h("p", { id: "comment-hint", class: "soft" }, "Optional. Ctrl+Enter saves and shows the next answer."),
    trouble,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit", "aria-keyshortcuts": "Control+Enter" }, "Save and next"),
      h("button", { type: "button", class: "quiet", click: () => once(skip) }, "Skip"),
      h("button", { type: "button", class: "quiet", click: back }, "Back to the queue"),
    ),
  );
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) once(save);
  });
  return made;
}

/** Store a mark, and remember its revision: the next answer may be out of reach, and the points be changed then. */
async function store(entry, body) {
  const path = `/attempts/${entry.attempt_id}/answers/${entry.question_id}`;
  const marked = await send("PATCH", path, body, { "If-Match": `"${entry.revision}"` });
  entry.revision = marked.revision;
  return marked;
}

function explain(problem) {
  if (["claimed_by_another", "attempt_voided"].includes(problem.code)) return `${problem.message} Skip it to go on.`;
  if (isOutdated(problem)) return "This answer has been marked in the meantime. Skip it to go on.";
  return problem.message;
}
