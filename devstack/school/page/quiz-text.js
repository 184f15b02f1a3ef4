// The texts of quizzes: the authors' Markdown as far as short ones use it, which is **strong**, *emphasized* and `code`.
import { element } from "./sign-in.js";

const MARKS = /(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/;

function part(text) {
  if (!MARKS.test(text)) return document.createTextNode(text);
  if (text.startsWith("**")) return element("strong", text.slice(2, -2));
  return element(text.startsWith("`") ? "code" : "em", text.slice(1, -1));
}

export const count = (number, word) => `${number} ${number === 1 ? word : `${word}s`}`;

export function textOf(markdown) {
  const shown = element("span", "", { className: "text" });
  shown.append(...markdown.split(MARKS).filter(Boolean).map(part));
  return shown;
}
