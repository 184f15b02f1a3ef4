// The figures of the platform, a course or a lesson in some days.

import { announce } from "../dom.js";
import { get } from "../session.js";
import { courseView } from "./course.js";
import { csvButton, fileButton } from "./downloads.js";
import { instant } from "./format.js";
import { lessonView } from "./lesson.js";
import { choose, fill, head, trail } from "./page.js";
import { getInZone, range } from "./period.js";
import { platformView } from "./platform.js";
import { readQuiz } from "./quiz.js";
import { read } from "./revenue.js";
import { state } from "./state.js";

const VIEWS = { admin: platformView, courses: courseView, lessons: lessonView };

export async function showFigures({ kind, id, part }, isCurrent) {
  const query = range();
  if (part) query.set("video_id", part);
  const path = id ? `/${kind}/${id}` : "/admin";
  const [figures, ...more] = await Promise.all([getInZone(`${path}/analytics`, query), ...(kind === "admin" ? [readStatus(), readRevenue()] : [])]);
  const group = state.group?.id;
  const quiz = kind === "lessons" && figures.kind === "quiz" ? await readQuiz(id, group) : null;
  if (isCurrent()) present({ ...figures, ...Object.assign({}, ...more), quiz, group }, kind);
}

/** Get the state of payments, mails and files; null if that fails, since figures are shown without it. */
const readStatus = () =>
  get("/admin/status").then(
    ({ payments, mail, files }) => ({ payments, mail, files }),
    () => null,
  );

/** Get the revenue by currency; null if that fails. */
const readRevenue = () =>
  read("currency").then(
    (revenue) => ({ revenue }),
    () => null,
  );

function present(figures, kind) {
  const { group } = state;
  const title = figures.title ?? "All courses";
  const asOf = figures.as_of ? `As of ${instant(figures.as_of)}, your time. Days are in the time zone ${figures.tz}.` : "Nothing has been counted yet.";
  head(title, group ? `Only members of ${group.name}. ${asOf}` : asOf);
  trail(figures, kind);
  choose(figures.course_id ?? "");
  fill(VIEWS[kind](figures, csvButton, fileButton));
  announce(`Figures of ${title} are shown.`);
}
