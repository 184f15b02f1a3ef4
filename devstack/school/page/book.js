// The books of the school, and one of them with its reviews.
import { ask, isSignedIn } from "./api.js";
import { h } from "./dom.js";
import { paragraphsOf } from "./markdown.js";
import { fillList } from "./parts.js";
import { meanOf } from "./rating.js";
import { showReviews } from "./reviews.js";
import { find, refuse, whenSignedIn } from "./sign-in.js";

// The address of a book is `#<book>`.
const chosen = location.hash.slice(1);

function item({ id, title, authors, rating }) {
  const link = h("a", { href: `#${id}`, dir: "auto", "aria-current": id === chosen && "true" }, title);
  return h("li", {}, link, h("small", { dir: "auto" }, [authors.join(", "), rating.count && meanOf(rating)].filter(Boolean).join(" · ")));
}

const pages = (number) => number && `${number} pages`;

async function open() {
  const path = `/books/${chosen}`, book = await ask("GET", path), person = isSignedIn() ? await ask("GET", "/users/me") : null;
  find("title").textContent = book.title;
  find("about").textContent = [book.subtitle, book.authors.join(", "), book.publisher, book.published_date, pages(book.page_count), book.isbn && `ISBN ${book.isbn}`]
    .filter(Boolean).join(" · ");
  find("description").replaceChildren(...paragraphsOf(book.description));
  await showReviews(path, book.rating, person, book.created_by !== person?.id);
  find("book").hidden = false;
  find("title").focus(); // now that the page is whole
}

async function list() {
  await fillList({ path: "/books", query: "sort=title&limit=50", list: find("books"), more: find("more-books"), row: item, empty: "No books yet." });
  if (chosen) await open();
}

window.addEventListener("hashchange", () => location.reload());
await whenSignedIn(() => {});
await list().catch(refuse);
