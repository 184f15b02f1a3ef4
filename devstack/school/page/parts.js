// Lists of the API, which come in parts.
import { call } from "./api.js";
import { h } from "./dom.js";
import { refuse } from "./sign-in.js";

// Returns a part of a list, with the cursor of the next one; throws the problem of an error response.
async function read(path, query) {
  const answer = await call("GET", `${path}?${query}`).catch(() => null);
  if (!answer?.ok) throw answer?.body;
  return answer;
}

// Fills `list` with a list, of which `more` appends the next part as long as there is one. The focus goes to its first entry.
export async function fillList({ path, query, list, more, row, empty }) {
  const first = await read(path, query);
  list.replaceChildren(...(first.body.length ? first.body.map(row) : [h("li", { class: "nothing" }, empty)]));
  offer(first.next);
  return first;

  function offer(cursor) {
    more.hidden = !cursor;
    more.onclick = () => append(cursor).catch(refuse);
  }

  async function append(cursor) {
    const next = await read(path, new URLSearchParams([...new URLSearchParams(query), ["cursor", cursor]]));
    const rows = next.body.map(row);
    list.append(...rows);
    offer(next.next);
    rows[0]?.setAttribute("tabindex", "-1");
    rows[0]?.focus();
  }
}
