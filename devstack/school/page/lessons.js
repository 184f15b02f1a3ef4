// The lessons of one kind, by the courses of the learner who is signed in.
import { ask } from "./api.js";
import { element } from "./sign-in.js";

function row({ id, title }, chosen) {
  const item = element("li"), link = element("a", title, { href: `#${id}` });
  if (id === chosen) link.setAttribute("aria-current", "true");
  item.append(link);
  return item;
}

// Lists them as links to `#<lesson>`, and returns the one with the id `chosen`, if there is one.
export async function listLessons(kind, list, chosen) {
  let found = null;
  for (const { course_id, course, status } of await ask("GET", "/users/me/enrollments?page_size=100")) {
    if (status === "withdrawn") continue;
    const lessons = (await ask("GET", `/courses/${course_id}/lessons`)).filter((each) => each.kind === kind);
    const order = element("ol");
    order.append(...lessons.map((each) => row(each, chosen)));
    if (lessons.length) list.append(element("h2", course.title), order);
    found ??= lessons.find(({ id }) => id === chosen);
  }
  return found;
}
