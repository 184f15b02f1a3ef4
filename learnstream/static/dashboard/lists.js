// Lists of the API, which come in parts.

import { fetchFrom } from "../session.js";
import { notifyOf } from "./page.js";

const PART = 100; // the most entries of a part

/** Read a list from its beginning: its entries, `most` at most, and whether there are more. `size` is the parameter's name. */
export async function readList(path, { filters = {}, most, size = "page_size" }) {
  const query = new URLSearchParams({ [size]: PART, ...filters });
  const entries = [];
  for (;;) {
    const answer = await fetchFrom(`${path}?${query}`);
    entries.push(...(await answer.json()));
    const cursor = answer.headers.get("X-Next-Cursor");
    if (!cursor || entries.length >= most) return { entries, more: Boolean(cursor) };
    query.set("cursor", cursor);
  }
}

/** Read a list part by part. `show(entries, more)` shows what has been read; `more` reads the next part, and is null at the end. */
export async function readParts(path, filters, show) {
  const entries = [];
  const read = async (cursor) => {
    const query = new URLSearchParams({ ...filters, ...(cursor && { cursor }) });
    const answer = await fetchFrom(`${path}?${query}`);
    entries.push(...(await answer.json()));
    const next = answer.headers.get("X-Next-Cursor");
    show(entries, next && (() => read(next).then(focusTable, notifyOf)));
  };
  await read();
}

// The button that was pressed is gone.
const focusTable = () => document.querySelector("#content [role=region]").focus();
