// Returning a submission to its learner, who can then hand in another one.

import { h } from "../dom.js";
import { send } from "../session.js";
import { nameOf } from "./standing.js";
import { oneAtATime } from "./work.js";

export function returning(submission, next) {
  if (submission.superseded) return null;
  const field = h("textarea", { id: "return-comment", rows: 3, maxlength: 5000, dir: "auto" });
  field.value = submission.return_comment ?? "";
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const once = oneAtATime((problem) => ((trouble.hidden = false), (trouble.textContent = [problem.message, ...problem.fields].join(" "))));
  const give = async () => {
    await send("POST", `/submissions/${submission.id}/return`, { comment: field.value });
    await next(`Returned to ${nameOf(submission)}.`);
  };
  return h(
    "details",
    { class: "card" },
    h("summary", {}, "Return it to the learner"),
    h("form", { "aria-label": "Return", submit: (event) => (event.preventDefault(), once(give)) },
      h("label", { for: "return-comment" }, "What is to be done"),
      field,
      trouble,
      h("div", { class: "actions" }, h("button", { type: "submit", class: "quiet" }, "Return")),
    ),
  );
}
