// Charts of figures by days.

import { chartCard } from "./charts.js";
import { count, duration, longDay, shortDay, unitFor } from "./format.js";

export function timeCharts({ days }, csv) {
  return [activityChart(days, csv), watchChart(days), growthChart(days)];
}

function byDay(days, plan) {
  const labels = days.map(({ day }) => shortDay(day));
  return chartCard({ rowName: "Day (UTC)", labels, names: days.map(({ day }) => longDay(day)), ...plan });
}

export function activityChart(days, csv) {
  const values = days.map(({ active }) => active);
  return byDay(days, {
    title: "Active learners",
    series: [{ name: "Active learners", values, type: "line", fill: true, show: count }],
    summary: highest(days, values, (value) => `${count(value)} learners`),
    empty: "No learners were active in these days.",
    csv,
  });
}

export function watchChart(days) {
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

function highest(days, values, show) {
  const most = Math.max(...values);
  return `At most ${show(most)}, on ${longDay(days[values.indexOf(most)].day)}.`;
}
