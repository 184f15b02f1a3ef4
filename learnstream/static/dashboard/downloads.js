// Buttons that download files of figures.

import { announce, h } from "../dom.js";
import { fetchFrom } from "../session.js";
import { notify, notifyOf } from "./page.js";
import { range } from "./period.js";

/** The button of a table of figures; `more` adds parameters. */
export function csvButton(path, name, more = {}) {
  const query = range();
  for (const [key, value] of Object.entries({ table: name, ...more })) query.set(key, value);
  return fileButton("CSV", `${path}/analytics.csv?${query}`, name);
}

export function fileButton(name, path, content) {
  const label = `Download as ${name}: ${content}`;
  return h("button", { type: "button", class: "quiet", click: () => download(path), "aria-label": label }, name);
}

/** Save a file of the API under the name that it tells; without one, under `name`. */
export async function download(path, name = "figures.csv") {
  notify("");
  try {
    const answer = await fetchFrom(path);
    const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "");
    const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: named?.[1] ?? name });
    link.click();
    URL.revokeObjectURL(link.href);
    announce(`${link.download} was downloaded.`);
  } catch (problem) {
    notifyOf(problem);
  }
}
