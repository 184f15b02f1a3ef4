// What the figures of the platform and of a course have in common.

import { chartCard } from "./charts.js";
import { tiles } from "./cards.js";
import { count, duration, share, span } from "./format.js";

export function courseTiles({ totals, range }) {
  const median = totals.median_completion_seconds;
  return tiles([
    ["Enrollments", count(totals.enrollments), `${count(range.enrollments)} in these days`],
    ["Completed", count(totals.completed), `${count(range.completions)} in these days`],
    ["Watch time", duration(totals.watch_seconds), `${duration(range.watch_seconds)} in these days`],
    ["Median time to complete", median === null ? "–" : span(median), median === null ? "not completed yet" : null],
  ]);
}

export function reachedChart({ totals, reached }) {
  const steps = [
    ["Enrolled", totals.enrollments],
    ...reached.map(({ share: part, learners }) => [`${share(part)} done`, learners]),
    ["Completed", totals.completed],
  ];
  return chartCard({
    title: "Learners' progress",
    rowName: "Step",
    labels: steps.map(([name]) => name),
    series: [{ name: "Learners", values: steps.map(([, learners]) => learners), show: count }],
    summary: steps.map(([name, learners]) => `${name}: ${count(learners)}`).join(", "),
    empty: "There are no enrollments yet.",
  });
}

export function countColumns() {
  return [
    { name: "Began", number: true, of: ({ started }) => count(started) },
    { name: "Completed", number: true, of: ({ completed }) => count(completed) },
    { name: "Share", number: true, of: ({ started, completed }) => (started ? share(completed / started) : "–") },
    { name: "Watch time", number: true, of: ({ watch_seconds: seconds }) => duration(seconds) },
  ];
}
