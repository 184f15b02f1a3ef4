// The reply of a course's staff to a review: written, changed or removed in place.

import { h } from "../dom.js";
import { paragraphsOf } from "../markdown.js";
import { send } from "../session.js";
import { instantDay } from "./format.js";
import { authorOf } from "./review.js";
import { oneAtATime } from "./work.js";

const MOST = 5000; // characters

/** The reply of a review, and the form that changes it; once that is done, `restart(said)` shows the view anew. */
export function replying(review, restart) {
  const { reply } = review;
  const form = replyForm(review, restart);
  return [
    replyOf(review),
    h("details", {}, h("summary", { "aria-label": `${reply ? "Change the reply to" : "Reply to"} ${authorOf(review)}` }, reply ? "Change the reply" : "Reply"), form),
  ];
}

export function replyOf({ reply }) {
  if (!reply) return null;
  return h("blockquote", { "aria-label": "Reply" }, h("p", { class: "soft" }, `Replied on ${instantDay(reply.at)}`), h("div", { class: "written", dir: "auto" }, paragraphsOf(reply.text)));
}

function replyForm({ id, reply, ...review }, restart) {
  const path = `/reviews/${id}/reply`;
  const field = `reply-${id}`;
  const text = h("textarea", { id: field, rows: 4, maxlength: MOST, required: true, dir: "auto" }, reply?.text ?? "");
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const once = oneAtATime((problem) => ((trouble.hidden = false), (trouble.textContent = [problem.message, ...problem.fields].join(" "))));
  const save = async () => {
    await send("PUT", path, { text: text.value.trim() });
    await restart(`Your reply to ${authorOf(review)} is saved.`);
  };
  const remove = async () => {
    await send("DELETE", path);
    await restart(`Your reply to ${authorOf(review)} is removed.`);
  };
  return h(
    "form",
    { "aria-label": `Reply to ${authorOf(review)}`, submit: (event) => (event.preventDefault(), once(save)) },
    h("label", { for: field }, "Reply, which everybody can read"),
    text,
    trouble,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit" }, "Save the reply"),
      reply ? h("button", { type: "button", class: "quiet", click: () => once(remove) }, "Remove it") : null,
    ),
  );
}
