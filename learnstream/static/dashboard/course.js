// The figures of a course.

import { h } from "../dom.js";
import { address } from "./address.js";
import { grid, listing } from "./cards.js";
import { chartCard } from "./charts.js";
import { timeCharts } from "./days.js";
import { count } from "./format.js";
import { teaches } from "./page.js";
import { countColumns, courseTiles, reachedChart } from "./totals.js";

export function courseView(figures, csv) {
  const path = `/courses/${figures.course_id}`;
  return [
    courseTiles(figures),
    grid(...timeCharts(figures, csv(path, "days")), reachedChart(figures)),
    funnelChart(figures.funnel, csv(path, "funnel")),
    lessons(figures),
    grid(work(figures), voices(figures)),
  ];
}

function funnelChart(funnel, csv) {
  const began = funnel.map(({ started }) => started);
  const completed = funnel.map((step) => step.completed);
  return chartCard({
    title: "Lesson by lesson",
    note: "How many learners began and completed each lesson, in the order of the outline.",
    rowName: "Lesson",
    labels: funnel.map(({ position, title }) => `${position}. ${title}`),
    series: [
      { name: "Began", values: began, show: count },
      { name: "Completed", values: completed, show: count },
    ],
    summary: `Of ${count(began[0] ?? 0)} who began the first lesson, ${count(completed.at(-1) ?? 0)} completed the last.`,
    empty: funnel.length ? "No lesson has been started yet." : "The course has not been published yet.",
    across: true,
    csv,
  });
}

function lessons({ funnel, group }) {
  const link = ({ lesson_id: id }) => address("lessons", id, { group });
  const columns = [
    { name: "Lesson", of: ({ position, title }) => `${position}. ${title}`, link },
    { name: "Module", of: ({ module }) => module },
    ...countColumns(),
  ];
  return listing("Lessons", columns, funnel, "The course has not been published yet.");
}

/** Where the work of learners is marked, and what came of it; null for a course without any. */
function work({ course_id: id, funnel, group }) {
  const has = (kind) => funnel.some((lesson) => lesson.kind === kind);
  const links = [
    has("quiz") ? ["marking", "Mark answers", "Essays in quizzes are marked by hand."] : null,
    has("assignment") ? ["homework", "Homework", "What was handed in, and what awaits marking."] : null,
    has("quiz") || has("assignment") ? ["grades", "Gradebook", "The grades of each learner, and how the totals came about."] : null,
  ].filter(Boolean);
  if (!links.length) return null;
  return ways("Marking and grades", links, id, group);
}

/** What learners are told and, once the course is published, what they say of it and read for it. */
function voices({ course_id: id, funnel, group }) {
  const links = [
    teaches(id) ? ["announcements", "Announcements", "Written now or for later; learners are told as they chose."] : null,
    funnel.length ? ["reviews", "Reviews", "The rating, and what learners wrote. You can reply."] : null,
    funnel.length ? ["reading", "Reading list", "The books, and how many of them each learner has read."] : null,
  ].filter(Boolean);
  return links.length ? ways("Reviews, announcements, reading", links, id, group) : null;
}

/** A card with the ways to other views of the course. */
function ways(title, links, id, group) {
  const items = links.map(([kind, name, about]) => h("li", {}, h("a", { href: address(kind, id, { group }) }, name), h("small", {}, about)));
  return h("section", { class: "card" }, h("h2", {}, title), h("ul", { class: "ways" }, items));
}
