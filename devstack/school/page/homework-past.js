// What was handed in, the latest first, with its marks as far as they are released.
import { listFiles } from "./homework-files.js";
import { rubricOf } from "./homework-rubric.js";
import { count } from "./quiz-text.js";
import { element } from "./sign-in.js";

export const at = (instant) => new Date(instant).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const HOUR = 3600, DAY = 24 * HOUR;

export function duration(seconds) {
  if (seconds < HOUR) return count(Math.ceil(seconds / 60), "minute");
  return seconds < 2 * DAY ? count(Math.ceil(seconds / HOUR), "hour") : count(Math.ceil(seconds / DAY), "day");
}

const part = (name, text, properties) => (text ? [element(name, text, properties)] : []);

function marks({ grade: { points, raw_points: raw, max_points: most }, late_seconds: late, penalty }) {
  const before = penalty ? ` (${count(raw, "point")}, less ${penalty}% for handing in ${duration(late)} late)` : "";
  return `${points} of ${count(most, "point")}${before}`;
}

function content({ text, url, files }) {
  const list = element("ul", "", { className: "files" });
  listFiles(list, files);
  const link = url ? element("p") : null;
  link?.append(element("a", url, { href: url, rel: "noopener noreferrer", target: "_blank" }));
  return [...part("pre", text), ...(link ? [link] : []), ...(files.length ? [list] : [])];
}

export function contentOf(made) {
  const shown = content(made);
  return shown.length ? shown : [element("p", "Nothing.")];
}

export function submissionOf(submission) {
  const { number, submitted_at: submitted, late_seconds: late, grade, digest, return_comment: comment, state } = submission;
  const box = element("article", "", { className: "submission" }), inside = element("details");
  const heading = element("h4", `Number ${number}, handed in on ${at(submitted)}${late ? `, ${duration(late)} late` : ""}`);
  inside.append(element("summary", "What you handed in"), ...contentOf(submission), element("p", `Receipt: ${digest}`, { className: "digest" }));
  box.append(heading, element("p", grade ? marks(submission) : "Not marked yet.", { className: "marks" }));
  if (grade) box.append(...part("p", grade.comment && `Your teacher: ${grade.comment}`));
  if (grade?.levels) box.append(rubricOf(grade.rubric, grade.levels));
  if (state === "returned") box.append(element("p", `Your teacher returned it${comment ? `: ${comment}` : "."}`));
  box.append(inside);
  return box;
}
