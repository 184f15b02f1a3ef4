// A submission that is marked: what was handed in, and beside it the rubric, the comment and what else marking needs.

import { h } from "../dom.js";
import { fetchFrom, get, send } from "../session.js";
import { address } from "./address.js";
import { download } from "./downloads.js";
import { instant, points, size, span } from "./format.js";
import { gradingForm } from "./grading.js";
import { readList } from "./lists.js";
import { choose, fill, head, showingAnew, trail } from "./page.js";
import { returning } from "./returning.js";
import { nameOf, result, stage } from "./standing.js";
import { state } from "./state.js";

const AHEAD = 50; // submissions that are looked at for one that can be claimed

/** Show one submission, to look at it, or to mark it anew. */
export async function showSubmission({ id }, isCurrent, again) {
  const submission = await get(`/submissions/${id}`);
  if (!isCurrent()) return;
  const group = state.group?.id;
  const back = () => (location.hash = address("homework", submission.course_id, { group, part: submission.lesson_id }));
  const title = "Submission";
  head(title, "");
  trail({ course_id: submission.course_id, title }, "submissions");
  choose(submission.course_id);
  fill(submissionView(submission, { next: showingAnew(again), back }));
}

/** Claim the oldest submission that was not skipped; once only skipped ones are left, the oldest of these. Null without any. */
export async function claimNext(course, query, skipped) {
  const most = AHEAD + skipped.size;
  const { entries } = await readList(`/courses/${course}/homework-queue`, { filters: query, most, size: "limit" });
  const left = entries.filter(({ id }) => !skipped.has(id));
  if (!left.length) skipped.clear();
  for (const { id } of left.length ? left : entries) if (await claim(id)) return get(`/submissions/${id}`);
  return null;
}

/** Claim a submission; false if somebody else has. */
const claim = (id) =>
  send("POST", `/submissions/${id}/claim`, {}).then(
    () => true,
    (problem) => {
      if (problem.code === "claimed_by_another" || problem.status === 404) return false;
      throw problem;
    },
  );

/** A submission; once it is marked, `next(said)` shows the next one. `skip()` leaves it, `back()` shows all. */
export function submissionView(submission, { title, next, skip, back }) {
  const heading = h("h2", { tabindex: "-1" }, `${nameOf(submission)}, number ${submission.number}`);
  // A heading has no focus before it stands on the page.
  queueMicrotask(() => heading.focus());
  return [
    h("section", { class: "card" }, heading, h("p", { class: "soft" }, about(submission, title))),
    h(
      "div",
      { class: "marking" },
      h("div", { class: "beside" }, handedIn(submission), others(submission), changes(submission)),
      h("div", { class: "beside" }, gradingForm(submission, { next, skip, back }), returning(submission, next)),
    ),
  ];
}

function about({ submitted_at: submitted, due_at: due, late_seconds: late, penalty, superseded }, title) {
  const parts = [
    title,
    submitted && `handed in on ${instant(submitted)}`,
    due && `due on ${instant(due)}`,
    late && `${span(late)} late, which takes ${points(penalty)}% of the points`,
    superseded && "a later one was handed in",
  ];
  const [first, ...rest] = parts.filter(Boolean).join(" · ");
  return [first?.toUpperCase(), ...rest].join("");
}

function handedIn({ text, url, files }) {
  const shown = [
    text ? h("p", { class: "typed", dir: "auto" }, text) : null,
    // Where it leads is the learner's choice: nothing tells that page where it was opened.
    url ? h("p", { class: "typed" }, h("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, url)) : null,
    files.length ? h("ul", { class: "handed-in" }, files.map(file)) : null,
  ].filter(Boolean);
  return h("section", { class: "card" }, h("h3", {}, "Handed in"), shown.length ? shown : h("p", { class: "soft" }, "Nothing."));
}

function file({ file_id: id, name, size: bytes, type }) {
  const path = `/files/${id}/content`;
  const item = h("li", {}, h("button", { type: "button", class: "quiet", click: () => download(path, name) }, `${name}, ${size(bytes)}`));
  if (type.startsWith("image/")) showPicture(path, name, item);
  return item;
}

function showPicture(path, name, item) {
  fetchFrom(path)
    .then((answer) => answer.blob())
    .then((blob) => item.append(h("img", { src: URL.createObjectURL(blob), alt: name })), () => null);
}

function others({ id, submissions }) {
  if (submissions.length < 2) return null;
  const group = state.group?.id;
  const item = (each) => {
    const name = `Number ${each.number}`;
    const link = each.id === id ? h("strong", {}, name) : h("a", { href: address("submissions", each.id, { group }) }, name);
    return h("li", {}, link, ": ", [result(each), stage(each)].flat().flatMap((part) => [part, " "]));
  };
  return h("section", { class: "card" }, h("h3", {}, "All submissions of the learner"), h("ul", {}, submissions.map(item)));
}

const CAUSES = { graded: "Graded", released: "Released", returned: "Returned", lateness: "Lateness computed anew", imported: "Imported" };

function changes({ history }) {
  if (!history.length) return null;
  const item = ({ cause, at, reason, grade }) =>
    h("li", {}, `${instant(at)}: ${CAUSES[cause] ?? cause}${grade ? `, before that ${points(grade.points)} points` : ""}${reason ? ` (${reason})` : ""}`);
  return h("details", { class: "card" }, h("summary", {}, "Earlier results"), h("ul", {}, history.map(item)));
}
