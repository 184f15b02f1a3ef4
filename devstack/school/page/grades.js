// What came of a student's quizzes and homework, and how the total of a course follows from it.
import { ask } from "./api.js";
import { count } from "./quiz-text.js";
import { element, find, refuse, whenSignedIn } from "./sign-in.js";

const PAGES = { quiz: "quiz", assignment: "homework" };
// The address of a course is `#<course>`.
const chosen = location.hash.slice(1);

const verdict = (passed) => ({ true: "passed", false: "not passed" })[passed];

function summary({ percent, label, passed, marked, lesson_count: all }) {
  const total = percent === null ? "nothing counts yet" : [`${percent}%`, label, verdict(passed)].filter(Boolean).join(", ");
  return `${total} · ${marked} of ${count(all, "lesson")} marked`;
}

function courseItem(grades) {
  const { course_id: id, course } = grades;
  const item = element("li"), link = element("a", course?.title ?? "A course", { href: `#${id}` });
  if (id === chosen) link.setAttribute("aria-current", "true");
  item.append(link, element("small", summary(grades)));
  return item;
}

function row({ lesson_id: id, title, kind, points, max_points: most, explanation }) {
  const made = element("tr"), heading = element("th", "", { scope: "row" });
  heading.append(element("a", title, { href: `/${PAGES[kind]}#${id}` }));
  made.append(heading, element("td", points === null ? "–" : `${points} of ${most}`, { className: "figure" }), element("td", explanation));
  return made;
}

// A category, with the sentence on its sums, above its lessons.
function categoryRow(text) {
  const made = element("tr"), cell = element("th", text, { scope: "rowgroup", colSpan: 3, className: "category" });
  made.append(cell);
  return made;
}

function rows({ categories, lessons }) {
  if (!categories.length) return lessons.map(row);
  const parts = categories.map(({ id, explanation }) => [explanation, lessons.filter((lesson) => lesson.category_id === id)]);
  const others = lessons.filter(({ category_id: id }) => id === null);
  if (others.length) parts.push(["In no category", others]);
  return parts.flatMap(([text, found]) => [categoryRow(text), ...found.map(row)]);
}

async function open({ course_id: id, course }) {
  const grades = await ask("GET", `/courses/${id}/grades/me`);
  find("title").textContent = course?.title ?? "A course";
  find("total").textContent = summary(grades);
  find("explanation").replaceChildren(...grades.explanation.map((sentence) => element("li", sentence)));
  find("lessons").replaceChildren(...rows(grades));
  find("course").hidden = false;
  find("title").focus();
}

async function list() {
  const courses = await ask("GET", "/users/me/grades?limit=100");
  find("courses").replaceChildren(...courses.map(courseItem));
  const found = courses.find(({ course_id: id }) => id === chosen);
  if (found) await open(found);
}

window.addEventListener("hashchange", () => location.reload());
await whenSignedIn(() => list().catch(refuse));
