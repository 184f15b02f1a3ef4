// A quiz's page: the distribution of its results, and the results of each learner.

import { h } from "../dom.js";
import { address } from "./address.js";
import { listing, tiles } from "./cards.js";
import { chartCard } from "./charts.js";
import { count, instantDay, points, share } from "./format.js";
import { get } from "../session.js";
import { readList } from "./lists.js";
import { optionFigures, questionFigures } from "./questions.js";

const MOST = 1000; // attempts that are read
const BINS = 10; // of the distribution

/** Read the latest attempts at a quiz, of all learners or of a group's, and, of all learners, the figures of its questions. */
export async function readQuiz(lesson, group) {
  const path = `/lessons/${lesson}/quiz`;
  const [attempts, analysis] = await Promise.all([
    readList(`${path}/attempts`, { filters: group ? { group_id: group } : {}, most: MOST, size: "limit" }),
    group ? null : get(`${path}/analysis`),
  ]);
  return { attempts: attempts.entries, more: attempts.more, analysis };
}

/** Show a quiz; `quiz` in its lesson's figures is what `readQuiz` has read, `file` makes the button of a table's file. */
export function quizView({ lesson_id: lesson, course_id: course, group, quiz: { attempts, more, analysis } }, file) {
  const finished = attempts.filter(({ state, voided_at: voided }) => state === "submitted" && !voided);
  const learners = byLearner(attempts);
  const toMark = address("marking", course, { group, part: lesson });
  const all = more ? analysis?.distribution : null;
  return [
    more ? h("p", { class: "card soft" }, `Learners and their results are those of the latest ${count(attempts.length)} attempts.`) : null,
    summary(learners, finished, attempts, toMark),
    distribution(all ?? tenths(finished)),
    ...(analysis ? [questionFigures(analysis, file("CSV", `/lessons/${lesson}/quiz/analysis.csv`, "questions")), optionFigures(analysis)] : []),
    results(learners),
  ];
}

/** The learners with their attempts, the latest first, in the order of their names. */
function byLearner(attempts) {
  const learners = new Map();
  for (const attempt of attempts) {
    const { user_id: id, name } = attempt;
    if (!learners.has(id)) learners.set(id, { name: name ?? "Deleted account", attempts: [] });
    learners.get(id).attempts.push(attempt);
  }
  return [...learners.values()].map(summed).sort((one, other) => one.name.localeCompare(other.name));
}

function summed({ name, attempts }) {
  const results = attempts.filter(({ state, voided_at: voided }) => state === "submitted" && !voided);
  const best = results.reduce((found, each) => (found && fraction(found) >= fraction(each) ? found : each), null);
  return { name, attempts, results, best, passed: results.some(({ passed }) => passed) };
}

const fraction = ({ score, max_score: most }) => (most ? score / most : 0);

function summary(learners, finished, attempts, toMark) {
  const done = learners.filter(({ results }) => results.length);
  const passed = done.filter((learner) => learner.passed).length;
  const waiting = finished.reduce((sum, { awaiting }) => sum + awaiting, 0);
  const running = attempts.filter(({ state }) => state === "in_progress").length;
  const mean = finished.reduce((sum, each) => sum + fraction(each), 0) / finished.length;
  return tiles([
    ["Learners with a result", count(done.length), `${count(finished.length)} attempts`],
    ["Passed", count(passed), done.length ? `${share(passed / done.length)} of them` : null],
    ["Mean result", finished.length ? share(mean) : "–", "of the points, over all attempts"],
    ["In progress", count(running)],
    ["Answers to mark", count(waiting), waiting ? h("a", { href: toMark }, "Mark them") : null],
  ]);
}

function tenths(finished) {
  const values = Array(BINS).fill(0);
  for (const each of finished) values[Math.min(BINS - 1, Math.floor(fraction(each) * BINS))] += 1;
  return values;
}

function distribution(values) {
  const labels = values.map((_, bin) => `${bin * BINS}–${(bin + 1) * BINS}%`);
  const most = Math.max(...values);
  const sum = values.reduce((all, value) => all + value, 0);
  return chartCard({
    title: "Distribution of results",
    note: "How many attempts got which share of the points. Answers that are still to be marked count as 0.",
    rowName: "Share of the points",
    labels,
    series: [{ name: "Attempts", values, show: count }],
    summary: `${count(sum)} attempts. Most of them, ${count(most)}, have ${labels[values.indexOf(most)]} of the points.`,
    empty: "No attempt has been submitted yet.",
  });
}

function results(learners) {
  const columns = [
    { name: "Learner", of: ({ name }) => name },
    { name: "Attempts", number: true, of: ({ attempts }) => count(attempts.length) },
    { name: "Best", number: true, of: ({ best }) => result(best) },
    { name: "Latest", number: true, of: ({ results: [latest] }) => result(latest) },
    { name: "Passed", of: passed },
    { name: "Submitted", of: ({ results: [latest] }) => (latest ? instantDay(latest.submitted_at) : "–") },
    { name: "Notes", of: (learner) => notes(learner).join(", ") },
  ];
  return listing("Results by learner", columns, learners, "No learner has started an attempt yet.");
}

function result(attempt) {
  if (!attempt) return "–";
  return [`${points(attempt.score)} of ${points(attempt.max_score)}`, h("small", {}, share(fraction(attempt)))];
}

function passed({ results, passed }) {
  if (passed) return "Yes";
  if (results.some(({ awaiting }) => awaiting)) return "Open";
  return results.length ? "No" : "–";
}

function notes({ attempts, results }) {
  const waiting = results.reduce((sum, { awaiting }) => sum + awaiting, 0);
  return [
    waiting ? `${count(waiting)} to mark` : null,
    attempts.some(({ state }) => state === "in_progress") ? "in progress" : null,
    attempts.some(({ submitted_by: by }) => by === "clock") ? "ran out of time" : null,
    attempts.some(({ has_late_answers: late }) => late) ? "late answers" : null,
    attempts.some(({ voided_at: voided }) => voided) ? "given back" : null,
  ].filter(Boolean);
}
