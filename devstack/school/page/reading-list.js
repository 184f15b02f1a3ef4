// The reading list of a course, in which a learner ticks off what they have read.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { count } from "./quiz-text.js";
import { find, refuse, say } from "./sign-in.js";

const about = ({ authors }, { chapters, required }) => [authors.join(", "), chapters, required ? "required" : "optional"].filter(Boolean).join(" · ");

function summary(entries, read) {
  const required = entries.filter((entry) => entry.required);
  const done = (some) => some.filter(({ book_id: id }) => read.has(id)).length;
  return `${done(entries)} of ${count(entries.length, "book")} read, ${done(required)} of ${required.length} required.`;
}

// Shows the list at `/courses/<id>`; `read` are the ids of the books that were ticked off, null for those who only look.
export function showReadingList(path, entries, read) {
  let last = Promise.resolve();
  const tell = () => say("read", read ? summary(entries, read) : count(entries.length, "book"));

  // One after the other, so that what is chosen last is what is stored. A box shows what is stored if that fails.
  function tick(id, check) {
    const wanted = check.checked;
    last = last.then(() => ask(wanted ? "PUT" : "DELETE", `${path}/reading-list/${id}/read`)).then(
      () => (wanted ? read.add(id) : read.delete(id), tell()),
      (problem) => ((check.checked = read.has(id)), refuse(problem)),
    );
  }

  function row(entry) {
    const { book_id: id, book, note } = entry;
    const title = book?.title ?? "A book that is not offered any more";
    const check = read && h("input", { type: "checkbox", checked: read.has(id), "aria-label": `Read: ${title}`, change: ({ target }) => tick(id, target) });
    const words = [h("a", { href: `/book#${id}`, dir: "auto" }, title), h("small", { dir: "auto" }, book ? about(book, entry) : "")];
    return h("li", {}, check, h("div", {}, words, note ? h("p", { dir: "auto" }, note) : null));
  }

  find("entries").replaceChildren(...entries.map(row));
  find("reading").hidden = !entries.length;
  tell();
}
