// The marking queue of a course: the questions whose answers wait for points, and one claimed answer after the other.

import { announce, h } from "../dom.js";
import { send } from "../session.js";
import { answerView } from "./answer.js";
import { listing, tiles } from "./cards.js";
import { count, instantDay } from "./format.js";
import { readList } from "./lists.js";

const MOST = 500; // answers that are read
const MOST_CLAIMED = 20; // that one person can have claimed

/** Read what waits in a course, or in one of its quizzes, for all learners or a group's. */
export function readQueue(course, { lesson, group }) {
  const filters = { ...(lesson && { lesson_id: lesson }), ...(group && { group_id: group }) };
  return readList(`/courses/${course}/marking`, { filters, most: MOST, size: "limit" });
}

/** Show the queue; `titles` are those of the course's lessons. `page` shows elements, or reads the queue anew. */
export function queueView(course, { entries, more }, titles, filters, page) {
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
  const isCurrent = page.begin();
  const next = async (said = "") => {
    const entry = await claim(course, filters, skipped);
    if (!isCurrent()) return;
    if (!entry) return page.restart(`${said} No other answer awaits marking.`.trim());
    page.fill(answerView(entry, { quiz: titles.get(entry.lesson_id), next, skip: skip(entry), back: () => page.restart("") }));
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
