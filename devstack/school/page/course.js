// A course with its price, and what is said about it: announcements, the books to read along, and reviews.
import { showAnnouncements } from "./announcements.js";
import { ask, isSignedIn } from "./api.js";
import { showPriceOf } from "./buy.js";
import { h } from "./dom.js";
import { showReadingList } from "./reading-list.js";
import { showReviews } from "./reviews.js";
import { absent, find, refuse, whenSignedIn } from "./sign-in.js";

// The address of a course is `#<course>`; guests read what is public of it.
const chosen = location.hash.slice(1);

function item({ course_id: id, course }) {
  return h("li", {}, h("a", { href: `#${id}`, dir: "auto", "aria-current": id === chosen && "true" }, course.title));
}

async function open(seat, person) {
  const path = `/courses/${chosen}`;
  const [course, list, mine] = await Promise.all([
    ask("GET", path),
    ask("GET", `${path}/reading-list`),
    seat ? ask("GET", `${path}/progress`).catch(absent) : null, // a seat that has ended has no progress, but a review
  ]);
  find("title").textContent = course.title;
  find("about").textContent = course.summary;
  showPriceOf(path, course, person, Boolean(mine));
  showReadingList(path, list.entries, mine && new Set(mine.reading.books.filter((each) => each.read_at).map((each) => each.book_id)));
  await Promise.all([mine ? showAnnouncements(path).catch(refuse) : null, showReviews(path, course.rating, person, Boolean(seat))]);
  find("course").hidden = false;
  find("title").focus(); // now that the page is whole
}

async function list() {
  const [person, seats] = isSignedIn() ? await Promise.all([ask("GET", "/users/me"), ask("GET", "/users/me/enrollments?page_size=100")]) : [null, []];
  const shown = seats.filter(({ status }) => status !== "withdrawn");
  find("courses").replaceChildren(...shown.map(item));
  if (chosen) await open(shown.find(({ course_id: id }) => id === chosen), person);
}

window.addEventListener("hashchange", () => location.reload());
await whenSignedIn(() => {});
await list().catch(refuse);
