// The Markdown of authors as elements: paragraphs, headings and lists, and in them **strong**, *emphasized* and `code`.

import { h } from "./dom.js";

const MARKS = /(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/;
const HEADING = /^#{1,6} +/;
const ITEM = /^(?:[-*]|\d+\.) +/;

/** The inline part: a short text as one element. */
export const textOf = (markdown) => h("span", { class: "text" }, inline(markdown));

/** A longer text as elements, one for each block. */
export const paragraphsOf = (markdown) => markdown.split(/\n\s*\n/).filter((text) => text.trim()).map((text) => block(text.trim().split("\n")));

const inline = (markdown) => markdown.split(MARKS).filter(Boolean).map(part);

function part(text) {
  if (!MARKS.test(text)) return text;
  if (text.startsWith("**")) return h("strong", {}, text.slice(2, -2));
  return h(text.startsWith("`") ? "code" : "em", {}, text.slice(1, -1));
}

function block(lines) {
  if (lines.every((line) => ITEM.test(line))) {
    return h(/^\d/.test(lines[0]) ? "ol" : "ul", {}, lines.map((line) => h("li", {}, textOf(line.replace(ITEM, "")))));
  }
  const text = lines.join("\n");
  return HEADING.test(text) ? h("h4", {}, textOf(text.replace(HEADING, ""))) : h("p", {}, textOf(text));
}
