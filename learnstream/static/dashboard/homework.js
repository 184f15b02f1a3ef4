// The homework of a course: what awaits marking by assignment, what was handed in in one, and one submission after the other.

import { announce, h } from "../dom.js";
import { send } from "../session.js";
import { address } from "./address.js";
import { listing, tiles } from "./cards.js";
import { fileButton } from "./downloads.js";
import { count, span } from "./format.js";
import { readList } from "./lists.js";
import { choose, fill, head, notify, notifyOf, showingAnew, trail } from "./page.js";
import { getInZone } from "./period.js";
import { releasing } from "./releasing.js";
import { day, nameOf, result, stage } from "./standing.js";
import { state } from "./state.js";
import { claimNext, submissionView } from "./submission.js";

const MOST = 500; // submissions that are read

/** Show what awaits marking in a course, or all of an assignment; `again` shows it anew. */
export async function showHomework({ id, part: lesson }, isCurrent, again) {
  const { group } = state;
  const filters = group ? { group_id: group.id } : {};
  const read = (path, more) => readList(path, { filters: { ...filters, ...more }, most: MOST, size: "limit" });
  const [course, queue, submissions, held] = await Promise.all([
    getInZone(`/courses/${id}/analytics`),
    read(`/courses/${id}/homework-queue`, lesson ? { lesson_id: lesson } : {}),
    lesson ? read(`/lessons/${lesson}/submissions`) : null,
    lesson ? read(`/lessons/${lesson}/submissions`, { state: "graded", latest: false }) : null,
  ]);
  if (!isCurrent()) return;
  const assignments = course.funnel.filter(({ kind }) => kind === "assignment");
  const titles = new Map(assignments.map((step) => [step.lesson_id, step.title]));
  const title = `Homework: ${titles.get(lesson) ?? course.title}`;
  const page = pageOf({ course: id, lesson, filters, titles, isCurrent, again });
  fill(lesson ? assignmentView(lesson, queue, submissions, held, page) : queueView(id, queue, assignments, page));
  head(title, group ? `Only members of ${group.name}.` : "");
  trail({ course_id: id, title }, "homework");
  choose(id);
  announce(`${queue.entries.length} submissions await marking.`);
}

/** What the parts of a view do together: mark one submission after the other, and show the view anew. */
function pageOf({ course, lesson, filters, titles, isCurrent, again }) {
  const restart = showingAnew(again);
  const fail = (problem) => isCurrent() && notifyOf(problem);
  const mark = (only) => {
    notify("");
    const query = { ...filters, ...(lesson && { lesson_id: lesson }), ...only };
    return markAll({ course, query, titles, isCurrent, restart }).catch(fail);
  };
  return { mark, restart, fail };
}

function queueView(course, { entries, more }, assignments, { mark }) {
  const group = state.group?.id;
  const rows = assignments.map((step) => ({ ...step, waiting: entries.filter((each) => each.lesson_id === step.lesson_id) }));
  const button = ({ lesson_id: id, title, waiting }) =>
    waiting.length ? h("button", { type: "button", class: "quiet", click: () => mark({ lesson_id: id }), "aria-label": `Mark: ${title}` }, "Mark") : "–";
  const columns = [
    { name: "Homework", of: ({ title }) => title, link: ({ lesson_id: id }) => address("homework", course, { group, part: id }) },
    { name: "Marking", of: button },
    { name: "To mark", number: true, of: ({ waiting }) => count(waiting.length) },
    { name: "Claimed", number: true, of: ({ waiting }) => count(waiting.filter(({ claimed_by: by }) => by !== null).length) },
    { name: "Oldest", of: ({ waiting: [oldest] }) => day(oldest) },
  ];
  return [
    waitingTiles(entries, more, rows),
    entries.length ? h("p", {}, markButton(mark)) : null,
    listing("Homework of the course", columns, rows, "The course has no homework."),
  ];
}

const markButton = (mark) => h("button", { type: "button", click: () => mark({}) }, "Mark the oldest submission");

function waitingTiles(entries, more, rows) {
  return tiles([
    ["Submissions to mark", `${count(entries.length)}${more ? "+" : ""}`],
    ["Assignments with some", count(rows.filter(({ waiting }) => waiting.length).length)],
  ]);
}

/** An assignment; `held` are the grades that learners do not see, also those of submissions that are not their latest ones. */
function assignmentView(lesson, queue, { entries, more }, { entries: held }, page) {
  const waiting = queue.entries.length;
  return [
    more ? h("p", { class: "card soft" }, `Only the latest ${count(entries.length)} submissions are shown.`) : null,
    tiles([
      ["Handed in", count(entries.length), "learners"],
      ["To mark", count(waiting)],
      ["Late", count(entries.filter(({ late_seconds: late }) => late).length)],
      ["Not released", count(held.length), held.length ? "learners do not see these grades yet" : null],
    ]),
    h("div", { class: "actions" }, waiting ? markButton(page.mark) : null, state.group ? null : releasing(lesson, held.length, page)),
    submissionTable(lesson, entries),
  ];
}

function submissionTable(lesson, entries) {
  const group = state.group?.id;
  const columns = [
    { name: "Learner", of: nameOf, link: ({ id }) => address("submissions", id, { group }) },
    { name: "Number", number: true, of: ({ number }) => count(number) },
    { name: "Handed in", of: day },
    { name: "Late", number: true, of: ({ late_seconds: late }) => (late ? span(late) : "–") },
    { name: "Points", number: true, of: result },
    { name: "State", of: stage },
  ];
  const title = "Submissions";
  const files = ["CSV", "XLSX"].map((name) => fileButton(name, `/lessons/${lesson}/grades.${name.toLowerCase()}`, "grades"));
  const zip = fileButton("ZIP", `/lessons/${lesson}/submissions.zip`, "submissions");
  return listing(title, columns, entries, "Nothing has been handed in yet.", entries.length && !group ? h("div", { class: "files" }, zip, files) : null);
}

/** Claim and show one submission after the other until none is left; then show the view again. */
function markAll({ course, query, titles, isCurrent, restart }) {
  const skipped = new Set();
  const next = async (said = "") => {
    const submission = await claimNext(course, query, skipped);
    if (!isCurrent()) return;
    if (!submission) return restart(`${said} No other submission awaits marking.`.trim());
    const { id } = submission;
    const leave = () => send("DELETE", `/submissions/${id}/claim`).catch(() => null);
    const skip = async () => (skipped.add(id), await leave(), next("Skipped."));
    const back = async () => (await leave(), restart(""));
    fill(submissionView(submission, { title: titles.get(submission.lesson_id), next, skip, back }));
    announce(said);
  };
  return next();
}
