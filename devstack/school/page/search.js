// Finds courses, lessons and books by their words, and suggests titles while one types.
import { ask } from "./api.js";
import { combobox } from "./combobox.js";
import { h } from "./dom.js";
import { fillList } from "./parts.js";
import { count } from "./quiz-text.js";
import { find, refuse, say, whenSignedIn } from "./sign-in.js";

const PAGES = { course: "course", lesson: "", book: "book" };
const LIMIT = 20;
const form = find("search"), fields = form.elements;

// The words that were found are marked: texts of the API, never HTML.
const snippet = (pieces) => h("p", { dir: "auto" }, pieces.map(({ text, match }) => (match ? h("mark", {}, text) : text)));

function hit({ kind, id, title, course, snippet: pieces }) {
  const about = [kind, kind === "lesson" && course?.title].filter(Boolean).join(" · ");
  const link = h("a", { href: `/${PAGES[kind]}#${id}`, dir: "auto" }, title);
  return h("li", {}, link, h("small", {}, about), pieces?.length ? snippet(pieces) : null);
}

async function search() {
  find("refused").textContent = "";
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", `?${query}`);
  query.set("limit", LIMIT);
  const { body, next } = await fillList({ path: "/search", query, list: find("hits"), more: find("more"), row: hit, empty: "Nothing was found." });
  say("found", body.length ? `${next ? "The first " : ""}${count(body.length, "result")}.` : "No results.");
}

const suggest = async (text) => (await ask("GET", `/search/suggest?${new URLSearchParams({ q: text })}`)).map(({ title }) => title);
const begin = () => search().catch(refuse);
const close = combobox(fields.q, find("suggestions"), { suggest, take: begin, said: (sentence) => say("found", sentence) });

form.addEventListener("submit", (event) => (event.preventDefault(), close(), begin()));
fields.kind.addEventListener("change", () => fields.q.value.trim() && begin());
await whenSignedIn(() => {});
// A result's page leads back to the results: the address has what was searched for.
for (const [name, value] of new URLSearchParams(location.search)) if (fields[name]) fields[name].value = value;
if (fields.q.value) await begin();
else fields.q.focus();
