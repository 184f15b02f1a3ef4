// A rubric: its criteria with their levels, and those that a submission reached.
import { element } from "./sign-in.js";
import { count, textOf } from "./quiz-text.js";

function levelOf({ id, title, points }, reached) {
  const item = element("li"), words = `${title}: ${count(points, "point")}`;
  if (id === reached) item.append(element("strong", `✓ ${words}`));
  else item.append(words);
  return item;
}

// `levels` are those reached, by criterion; null before it is marked.
export function rubricOf(rubric, levels = null) {
  const list = element("dl", "", { className: "rubric" });
  for (const { id, title, description, levels: possible } of rubric) {
    const levelList = element("ul"), about = element("dd");
    levelList.append(...possible.map((level) => levelOf(level, levels?.[id])));
    if (description) about.append(textOf(description));
    about.append(levelList);
    list.append(element("dt", title), about);
  }
  return list;
}
