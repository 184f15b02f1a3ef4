// Reviews that readers have reported, and those that are hidden, for administrators.

import { announce, h } from "../dom.js";
import { get, send } from "../session.js";
import { count, instant } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, showingAnew, trail } from "./page.js";
import { authorOf, reviewCard } from "./review.js";
import { oneAtATime } from "./work.js";

const PART = 20;
const REASONS = { spam: "Spam", offensive: "Offensive", off_topic: "Off topic", privacy: "Privacy", other: "Other" };
const STATES = { reported: "Reported reviews", hidden: "Hidden reviews" };

/** Show the reviews of a state, `reported` or `hidden`. */
export async function showModeration({ id: state }, isCurrent, again) {
  const title = STATES[state] ?? STATES.reported;
  await readParts("/admin/reviews", { state, limit: PART }, (reviews, more) => {
    if (!isCurrent()) return;
    fill(view(state, reviews, more, showingAnew(again)));
    announce(`${count(reviews.length)} reviews are shown.`);
    nameSubjects(reviews);
  });
  if (!isCurrent()) return;
  head(title, "");
  trail({ title }, "moderation");
  choose("");
}

/** Say of what each review is: reviews have the ids alone. What cannot be read any more stays without a title. */
function nameSubjects(reviews) {
  const subjects = new Map(reviews.map(({ kind, subject_id: id }) => [id, kind]));
  for (const [id, kind] of subjects) {
    get(`/${kind}s/${id}`).then(
      ({ title }) => document.querySelectorAll(`[data-subject="${id}"]`).forEach((place) => (place.textContent = `${kind === "course" ? "Course" : "Book"}: ${title}`)),
      () => null,
    );
  }
}

function view(state, reviews, more, restart) {
  const links = Object.entries(STATES).map(([name, text]) =>
    h("li", {}, h("a", { href: `#/moderation/${name}`, "aria-current": name === state ? "page" : null }, text)),
  );
  return [
    h("nav", { "aria-label": "Which reviews" }, h("ul", { class: "tabs" }, links)),
    h(
      "section",
      { role: "region", "aria-label": STATES[state], tabindex: "-1", class: "cards" },
      reviews.length ? reviews.map((review) => moderated(review, restart)) : h("p", { class: "card empty" }, state === "hidden" ? "No review is hidden." : "No review is reported."),
      more ? h("button", { type: "button", class: "quiet more", click: more }, "Show more reviews") : null,
    ),
  ];
}

function moderated(review, restart) {
  const { kind, subject_id: id, hidden } = review;
  const why = hidden ? h("p", {}, `Hidden on ${instant(hidden.at)}: ${hidden.reason}`) : reports(review);
  return reviewCard(review, { title: h("span", { "data-subject": id }, kind === "course" ? "A course" : "A book"), more: [why, actions(review, restart)] });
}

function reports({ reports }) {
  const open = reports.filter(({ dismissed }) => !dismissed);
  const rows = open.map(({ reason, text, at }) => h("li", {}, `${REASONS[reason] ?? reason}${text ? `: ${text}` : ""}`, h("small", { class: "soft" }, ` ${instant(at)}`)));
  return [h("p", {}, h("strong", {}, open.length === 1 ? "1 report" : `${count(open.length)} reports`)), h("ul", {}, rows)];
}

function actions(review, restart) {
  const path = `/admin/reviews/${review.id}`;
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const once = oneAtATime((problem) => ((trouble.hidden = false), (trouble.textContent = [problem.message, ...problem.fields].join(" "))));
  const act = (what, body, said) => once(async () => (await send("POST", `${path}/${what}`, body), restart(said)));
  const by = authorOf(review);
  if (review.hidden) {
    return [h("div", { class: "actions" }, h("button", { type: "button", click: () => act("restore", undefined, "The review is shown again.") }, "Show it again")), trouble];
  }
  const field = `reason-${review.id}`;
  const reason = h("input", { id: field, maxlength: 1000, required: true, dir: "auto" });
  const hide = (event) => (event.preventDefault(), act("hide", { reason: reason.value.trim() }, "The review is hidden. Its author is told why."));
  return [
    h(
      "form",
      { class: "hiding", "aria-label": `Hide the review by ${by}`, submit: hide },
      h("label", { for: field }, "Why it is hidden, which its author is told"),
      reason,
      h(
        "div",
        { class: "actions" },
        h("button", { type: "submit" }, "Hide it"),
        h("button", { type: "button", class: "quiet", click: () => act("dismiss", undefined, "The reports are dismissed.") }, "Dismiss the reports"),
      ),
    ),
    trouble,
  ];
}
