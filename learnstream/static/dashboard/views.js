// What the platform, a course and a lesson show: tiles, charts and tables made of the API's figures.

import { chartCard } from "./charts.js";
import { h } from "../dom.js";
import { address } from "./address.js";
import { grid, listing, tiles } from "./cards.js";
import { clock, count, duration, instant, longDay, share, shortDay, size, span, unitFor } from "./format.js";
import { quizView } from "./quiz.js";

const lessonAddress = ({ lesson_id: id }) => address("lessons", id);
const courseAddress = ({ course_id: id }) => address("courses", id);

export function platformView(figures, csv) {
  return [
    courseTiles(figures),
    grid(...timeCharts(figures, csv("/admin", "days")), reachedChart(figures)),
    lessonList("Watched most", figures.top_videos, "No lesson has been watched yet.", csv("/admin", "lessons")),
    lessonList(
      "Losing their learners",
      figures.losing_lessons,
      "No lesson that at least ten learners began was left by more than half of them.",
    ),
    failedVideos(figures.failed_videos),
    mailCard(figures.mail),
    filesCard(figures.files),
  ];
}

export function courseView(figures, csv) {
  const path = `/courses/${figures.course_id}`;
  return [
    courseTiles(figures),
    grid(...timeCharts(figures, csv(path, "days")), reachedChart(figures)),
    funnelChart(figures.funnel, csv(path, "funnel")),
    lessons(figures),
    work(figures),
  ];
}

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

function courseTiles({ totals, range }) {
  const median = totals.median_completion_seconds;
  return tiles([
    ["Enrollments", count(totals.enrollments), `${count(range.enrollments)} in these days`],
    ["Completed", count(totals.completed), `${count(range.completions)} in these days`],
    ["Watch time", duration(totals.watch_seconds), `${duration(range.watch_seconds)} in these days`],
    ["Median time to complete", median === null ? "–" : span(median), median === null ? "not completed yet" : null],
  ]);
}

function timeCharts({ days }, csv) {
  return [activityChart(days, csv), watchChart(days), growthChart(days)];
}

function byDay(days, plan) {
  const labels = days.map(({ day }) => shortDay(day));
  return chartCard({ rowName: "Day (UTC)", labels, names: days.map(({ day }) => longDay(day)), ...plan });
}

function activityChart(days, csv) {
  const values = days.map(({ active }) => active);
  return byDay(days, {
    title: "Active learners",
    series: [{ name: "Active learners", values, type: "line", fill: true, show: count }],
    summary: highest(days, values, (value) => `${count(value)} learners`),
    empty: "No learners were active in these days.",
    csv,
  });
}

function watchChart(days) {
  const seconds = days.map(({ watch_seconds: watched }) => watched);
  const unit = unitFor(Math.max(...seconds));
  const values = seconds.map((each) => each / unit.seconds);
  return byDay(days, {
    title: "Watch time",
    unit: unit.name,
    series: [{ name: "Watched", values, show: (value) => duration(value * unit.seconds) }],
    summary: highest(days, seconds, duration),
    empty: "No video was watched in these days.",
  });
}

function growthChart(days) {
  const enrolled = days.map(({ enrollments }) => enrollments);
  const completed = days.map(({ completions }) => completions);
  const sum = (values) => count(values.reduce((all, value) => all + value, 0));
  return byDay(days, {
    title: "Enrollments and completions",
    series: [
      { name: "Enrollments", values: enrolled, show: count },
      { name: "Completions", values: completed, show: count },
    ],
    summary: `${sum(enrolled)} enrollments and ${sum(completed)} completions in these days.`,
    empty: "No enrollments or completions in these days.",
  });
}

function reachedChart({ totals, reached }) {
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
  const items = links.map(([kind, name, about]) => h("li", {}, h("a", { href: address(kind, id, { group }) }, name), h("small", {}, about)));
  return h("section", { class: "card" }, h("h2", {}, "Marking and grades"), h("ul", { class: "ways" }, items));
}

/** The way from the figures of an assignment to what was handed in; null for other lessons. */
function submissions({ kind, lesson_id: id, course_id: course, group }) {
  if (kind !== "assignment") return null;
  return h("p", {}, h("a", { href: address("homework", course, { group, part: id }) }, "Submissions and marking"));
}

function lessonList(title, found, empty, csv) {
  const columns = [
    { name: "Lesson", of: ({ lesson_title: name }) => name, link: lessonAddress },
    { name: "Course", of: ({ course_title: name }) => name, link: courseAddress },
    ...countColumns(),
  ];
  return listing(title, columns, found, empty, csv);
}

function countColumns() {
  return [
    { name: "Began", number: true, of: ({ started }) => count(started) },
    { name: "Completed", number: true, of: ({ completed }) => count(completed) },
    { name: "Share", number: true, of: ({ started, completed }) => (started ? share(completed / started) : "–") },
    { name: "Watch time", number: true, of: ({ watch_seconds: seconds }) => duration(seconds) },
  ];
}

function failedVideos(found) {
  const columns = [
    { name: "Lesson", of: ({ lesson_title: name }) => name, link: lessonAddress },
    { name: "Course", of: ({ course_title: name }) => name, link: courseAddress },
    { name: "What went wrong", of: ({ error }) => error },
    { name: "Since", of: ({ failed_at: day }) => longDay(day) },
  ];
  return listing("Videos that failed", columns, found, "All videos could be processed.");
}

function mailCard(mail) {
  if (!mail) return null;
  const { configured, queued, seconds, failed, last_sent_at: last } = mail;
  const shown = configured
    ? tiles([
        ["Waiting", count(queued), queued ? `the oldest for ${span(seconds)}` : null],
        ["Failed", count(failed), failed ? "listed at /admin/mails, where they can be retried" : null],
        ["Last sent", last ? instant(last) : "–"],
      ])
    : h("p", { class: "empty" }, "No mail server is configured, so no mails are sent.");
  return h("section", { class: "card" }, h("h2", {}, "Mail"), shown);
}

function filesCard(files) {
  if (!files) return null;
  const { processing, seconds, swept_at: swept, removed } = files;
  const all = Object.values(removed);
  const sum = (name) => all.reduce((total, each) => total + each[name], 0);
  const shown = tiles([
    ["Being checked", count(processing), processing ? `the oldest for ${span(seconds)}` : null],
    ["Removed", count(sum("count")), `${size(sum("bytes"))}, of which ${count(removed.unused.count)} were unused`],
    ["Last swept", swept ? instant(swept) : "–"],
  ]);
  return h("section", { class: "card" }, h("h2", {}, "Files"), shown);
}

function highest(days, values, show) {
  const most = Math.max(...values);
  return `At most ${show(most)}, on ${longDay(days[values.indexOf(most)].day)}.`;
}
