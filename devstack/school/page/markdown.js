// The longer texts of authors: paragraphs, headings and lists of their Markdown, and within them what `quiz-text.js` shows.
import { element } from "./sign-in.js";
import { textOf } from "./quiz-text.js";

const HEADING = /^#{1,6} +/, ITEM = /^(?:[-*]|\d+\.) +/;

function block(lines) {
  if (lines.every((line) => ITEM.test(line))) {
    const list = element(/^\d/.test(lines[0]) ? "ol" : "ul");
    list.append(...lines.map((line) => filled("li", line.replace(ITEM, ""))));
    return list;
  }
  const text = lines.join("\n");
  return HEADING.test(text) ? filled("h4", text.replace(HEADING, "")) : filled("p", text);
}

function filled(name, text) {
  const made = element(name);
  made.append(textOf(text));
  return made;
}

export const paragraphsOf = (markdown) => markdown.split(/\n\s*\n/).filter((text) => text.trim()).map((text) => block(text.trim().split("\n")));
