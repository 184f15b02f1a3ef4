// The reading list of a course, and how much of it each learner has read.

import { announce, h } from "../dom.js";
import { get } from "../session.js";
import { listing, tiles } from "./cards.js";
import { fileButton } from "./downloads.js";
import { count } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, trail } from "./page.js";
import { state } from "./state.js";

const PART = 100; // learners that are read at once

export async function showReading({ id }, isCurrent) {
  const { group } = state;
  const filters = group ? { group_id: group.id } : {};
  const [course, { entries }] = await Promise.all([get(`/courses/${id}`), get(`/courses/${id}/reading-list`)]);
  await readParts(`/courses/${id}/learners`, { ...filters, page_size: PART }, (learners, more) => {
    if (!isCurrent()) return;
    fill(view({ id, entries, learners, more, filters }));
    announce(`What ${learners.length} learners have read is shown.`);
  });
  if (!isCurrent()) return;
  const title = `Reading list: ${course.title}`;
  head(title, group ? `Only members of ${group.name}.` : "Learners tick off what they have read. It does not count for their progress.");
  trail({ course_id: id, title }, "reading");
  choose(id);
}

function view({ id, entries, learners, more, filters }) {
  const all = learners.filter(({ book_count: books, books_read: read }) => books && read === books).length;
  const began = learners.filter(({ books_read: read }) => read).length;
  return [
    tiles([
      ["Books", count(entries.length), `${count(entries.filter(({ required }) => required).length)} required`],
      ["Learners who read one", count(began), `of ${count(learners.length)}${more ? "+" : ""}`],
      ["Learners who read all", count(all)],
    ]),
    books(entries),
    readers({ id, learners, more, filters }),
  ];
}

function books(entries) {
  const columns = [
    { name: "Book", of: ({ book, note }) => [h("span", { dir: "auto" }, book?.title ?? "Deleted book"), note ? h("small", { dir: "auto" }, note) : null] },
    { name: "Authors", of: ({ book }) => h("span", { dir: "auto" }, book?.authors.join(", ") ?? "") },
    { name: "Chapters", of: ({ chapters }) => chapters || "all" },
    { name: "Required", of: ({ required }) => (required ? "Yes" : "No") },
  ];
  return listing("Books", columns, entries, "The course has no reading list.");
}

function readers({ id, learners, more, filters }) {
  const columns = [
    { name: "Learner", of: ({ name, email }) => [name, h("small", {}, email)] },
    { name: "Read", number: true, of: ({ books_read: read, book_count: books }) => `${count(read)} of ${count(books)}` },
    { name: "Of the required", number: true, of: ({ required_books_read: read, required_books: books }) => `${count(read)} of ${count(books)}` },
  ];
  const csv = fileButton("CSV", `/courses/${id}/learners.csv?${new URLSearchParams(filters)}`, "learners");
  const shown = listing("Learners", columns, learners, "No learners yet.", learners.length ? csv : null);
  if (more) shown.append(h("button", { type: "button", class: "quiet more", click: more }, "Show more learners"));
  return shown;
}
