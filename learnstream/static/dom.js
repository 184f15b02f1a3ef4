// Elements, made without ever parsing a text as HTML.

export const byId = (id) => document.getElementById(id);

/** Make an element; attributes that are null or false are left out, functions are listeners, children texts or elements. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Tell whoever cannot see it what has happened. */
export function announce(sentence) {
  byId("status").textContent = sentence;
}

/** A table with a caption; a column is {name, of: row => text, number?, link?: row => address}. */
export function table(caption, columns, rows) {
  const head = columns.map(({ name, number }) => h("th", { scope: "col", class: number && "number" }, name));
  const body = rows.map((row) => h("tr", {}, columns.map((column, place) => cell(column, row, place === 0))));
  return h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, body));
}

function cell({ of, number, link }, row, first) {
  const shown = link?.(row) ? h("a", { href: link(row) }, of(row)) : of(row);
  return h(first ? "th" : "td", { scope: first && "row", class: number && "number" }, shown);
}
