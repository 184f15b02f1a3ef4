// What views are made of: tiles, grids of cards, and tables in a card.

import { h, table } from "../dom.js";

export function tiles(entries) {
  const made = entries.map(([name, value, more]) =>
    h("div", { class: "card tile" }, h("dt", {}, name), h("dd", {}, value, more ? h("small", {}, more) : null)),
  );
  return h("dl", { class: "tiles" }, made);
}

export const grid = (...cards) => h("div", { class: "grid" }, cards);

export function listing(title, columns, rows, empty, csv, note) {
  const shown = rows.length
    ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table(title, columns, rows))
    : h("p", { class: "empty" }, empty);
  return h("section", { class: "card list" }, h("div", { class: "card-head" }, h("h2", {}, title), csv ?? null), note ? h("p", { class: "soft" }, note) : null, shown);
}
