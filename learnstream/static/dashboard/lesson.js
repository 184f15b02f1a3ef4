// The figures of a lesson: of its video, its quiz, or those that all lessons have.

import { h } from "../dom.js";
import { address } from "./address.js";
import { grid, tiles } from "./cards.js";
import { chartCard } from "./charts.js";
import { activityChart, watchChart } from "./days.js";
import { clock, count, duration, share } from "./format.js";
import { quizView } from "./quiz.js";

export function lessonView(figures, csv, file) {
  if (figures.quiz) return [...quizView(figures, file), activityChart(figures.days, csv(`/lessons/${figures.lesson_id}`, "days"))];
  const path = `/lessons/${figures.lesson_id}`;
  const { totals, retention } = figures;
  return [
    tiles([
      ["Began", count(totals.started)],
      ["Completed", count(totals.completed), totals.started ? `${share(totals.completed / totals.started)} of them` : null],
      ["Watch time", duration(totals.watch_seconds)],
      ["Viewers of this video", retention ? count(retention.viewers) : "–"],
    ]),
    submissions(figures),
    retention ? retentionChart(retention, csv(path, "retention", { video_id: retention.video_id })) : null,
    otherVideos(figures),
    grid(activityChart(figures.days, csv(path, "days")), watchChart(figures.days)),
  ];
}

function retentionChart({ duration: length, viewers, parts }, csv) {
  const watched = parts.map((part) => part.watched);
  const half = parts.find((part) => part.watched < viewers / 2);
  return chartCard({
    title: "Retention",
    note: "How many learners watched each part of the video, watched it again, and left there.",
    rowName: "Part",
    labels: parts.map(({ from }) => clock(from)),
    names: parts.map(({ from, to }) => `${clock(from)} – ${clock(to)}`),
    series: [
      { name: "Watched", values: watched, type: "line", fill: true, show: count },
      { name: "Watched again", values: parts.map(({ again }) => again), type: "line", dashed: true, show: count },
      { name: "Left here", values: parts.map(({ left }) => left), show: count },
    ],
    summary:
      `${count(viewers)} viewers of a video of ${length ? clock(length) : "unknown length"}. ` +
      (half ? `At ${clock(half.from)} less than half of them are left.` : "More than half of them watched every part."),
    empty: "This video has not been watched yet.",
    csv,
  });
}

function otherVideos({ lesson_id: id, videos, retention, group }) {
  if (videos.length < 2) return null;
  const links = videos.map(({ video_id: video, viewers, shown }) => {
    const name = `${shown ? "The present video" : "An earlier video"} (${count(viewers)} viewers)`;
    const current = retention?.video_id === video ? "true" : null;
    return h("li", {}, h("a", { href: address("lessons", id, { group, part: video }), "aria-current": current }, name));
  });
  return h("section", { class: "card" }, h("h2", {}, "Videos of this lesson"), h("ul", {}, links));
}

/** The way from the figures of an assignment to what was handed in; null for other lessons. */
function submissions({ kind, lesson_id: id, course_id: course, group }) {
  if (kind !== "assignment") return null;
  return h("p", {}, h("a", { href: address("homework", course, { group, part: id }) }, "Submissions and marking"));
}
