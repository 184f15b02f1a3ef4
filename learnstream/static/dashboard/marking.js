// The marking queue of a course: the questions whose answers wait for points, and one claimed answer after the other.

import { announce, h } from "../dom.js";
import { send } from "../session.js";
import { answerView } from "./answer.js";
import { listing, tiles } from "./cards.js";
import { count, instantDay } from "./format.js";
import { readList } from "./lists.js";
import { choose, fill, head, notify, notifyOf, showingAnew, trail } from "./page.js";
import { getInZone } from "./period.js";
import { state } from "./state.js";

const MOST = 500; // answers that are read
const MOST_CLAIMED = 20; // that one person can have claimed

/** Show the answers of a course, or of one of its quizzes, that await marking; `again` shows them anew. */
export async function showMarking({ id, part: lesson }, isCurrent, again) {
  const { group } = state;
  const filters = { ...(lesson && { lesson_id: lesson }), ...(group && { group_id: group.id }) };
  const waiting = readList(`/courses/${id}/marking`, { filters, most: MOST, size: "limit" });
  const [course, queue] = await Promise.all([getInZone(`/courses/${id}/analytics`), waiting]);
  if (!isCurrent()) return;
  const titles = new Map(course.funnel.map((step) => [step.lesson_id, step.title]));
  const title = `Marking: ${titles.get(lesson) ?? course.title}`;
  const page = {
    isCurrent,
    restart: showingAnew(again),
    fail: (problem) => isCurrent() && notifyOf(problem),
  };
  fill(queueView(id, queue, titles, filters, page));
  head(title, group ? `Only members of ${group.name}.` : "");
  trail({ course_id: id, title }, "marking");
  choose(id);
  announce(`${queue.entries.length} answers await marking.`);
}

/** The queue; `titles` are those of the course's lessons. `page` reads the queue anew. */
function queueView(course, { entries, more }, titles, filters, page) {
  const start = (only) => markAll({ course, filters: { ...filters, ...only }, titles, page });
  const button = (name, only, label) => h("button", { type: "button", class: only && "quiet", click: () => start(only), "aria-label": label }, name);
  const columns = [
    { name: "Question", of: ({ stem }) => h("span", { class: "stem" }, stem) },
    { name: "Marking", of: ({ lesson, question, stem }) => button("Mark", { lesson_id: lesson, question_id: question }, `Mark the answers to: ${stem}`) },
    { name: "Quiz", of: ({ lesson }) => titles.get(lesson) ?? "–" },
    { name: "Answers", number: true, of: ({ waiting }) => count(waiting) },
    { name: "Claimed", number: true, of: ({ claimed }) => count(claimed) },
    { name: "Oldest", of: ({ oldest }) => instantDay(oldest) },
  ];
  const questions = byQuestion(entries);
  return [
    tiles([
      ["Answers to mark", `${count(entries.length)}${more ? "+" : ""}`],
      ["Questions", `${count(questions.length)}${more ? "+" : ""}`],
    ]),
    entries.length ? h("p", {}, button("Mark the oldest answers")) : null,
    listing("Questions with answers to mark", columns, questions, "No answer awaits marking."),
  ];
}

function byQuestion(entries) {
  const questions = new Map();
  for (const { lesson_id: lesson, question_id: question, stem, submitted_at: oldest, claimed_by: by } of entries) {
    const key = `${lesson} ${question}`;
    if (!questions.has(key)) questions.set(key, { lesson, question, stem, oldest, waiting: 0, claimed: 0 });
    questions.get(key).waiting += 1;
    questions.get(key).claimed += by === null ? 0 : 1;
  }
  return [...questions.values()];
}

/** Claim and show one answer after the other until none is left; then show the queue again. */
function markAll({ course, filters, titles, page }) {
  const skipped = new Set();
  notify("");
  const next = async (said = "") => {
    const entry = await claim(course, filters, skipped);
    if (!page.isCurrent()) return;
    if (!entry) return page.restart(`${said} No other answer awaits marking.`.trim());
    fill(answerView(entry, { quiz: titles.get(entry.lesson_id), next, skip: skip(entry), back: () => page.restart("") }));
    announce(said);
  };
  const skip = (entry) => () => (skipped.add(keyOf(entry)), next("Skipped."));
  return next().catch(page.fail);
}

/** Claim the oldest answer that was not skipped; once only skipped ones are left, the oldest of these. */
async function claim(course, filters, skipped) {
  const count = Math.min(skipped.size + 1, MOST_CLAIMED);
  const { group_id: group, ...rest } = filters;
  const body = { ...rest, count, ...(group && { group_id: Number(group) }) };
  const claimed = await send("POST", `/courses/${course}/marking/claim`, body);
  const found = claimed.find((entry) => !skipped.has(keyOf(entry)));
  if (!found) skipped.clear();
  return found ?? claimed[0];
}

const keyOf = ({ attempt_id: attempt, question_id: question }) => `${attempt} ${question}`;
