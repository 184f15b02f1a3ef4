// The result of an attempt, as far as the quiz lets it out.
import { element, find } from "./sign-in.js";
import { count, textOf } from "./quiz-text.js";

export const clock = (seconds) => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [...(hours ? [hours, String(minutes).padStart(2, "0")] : [minutes]), String(seconds % 60).padStart(2, "0")];
  return parts.join(":");
};

const WORDS = { true: "passed", false: "not passed" };

function score({ review, score: points, max_score: most, passed, awaiting }) {
  if (!review.score) return "Your result is not shown yet.";
  const unmarked = awaiting ? `${count(awaiting, "answer")} still to be marked` : "";
  return [`${points} of ${count(most, "point")}`, WORDS[passed], unmarked].filter(Boolean).join(" · ");
}

// A right answer in the words that the question shows.
const RIGHT = {
  single_choice: ({ options }, right) => word(options, right),
  true_false: (_, right) => (right ? "True" : "False"),
  multiple_choice: ({ options }, right) => options.filter(({ id }) => right.includes(id)).map(({ text }) => text).join(", "),
  ordering: ({ items }, right) => right.map((id) => word(items, id)).join(", "),
  matching: ({ pairs, rights }, right) => pairs.map(({ id, left }) => `${left}: ${word(rights, right[id])}`).join(", "),
  cloze: ({ blanks }, right) => blanks.map(({ id, options }) => (options ? word(options, right[id]) : right[id])).join(", "),
};
const word = (options, id) => options.find((each) => each.id === id)?.text;

function lines(question) {
  const { score: points, right, explanation, feedback, comment } = question.result;
  return [
    points !== null && `${points} of ${count(question.points, "point")}`,
    right !== null && `Right: ${(RIGHT[question.kind] ?? ((_, text) => text))(question, right)}`,
    ...new Set((feedback ?? []).map(({ text }) => text)),
    explanation,
    comment && `Your teacher: ${comment}`,
  ].filter(Boolean);
}

function showQuestion(question, index) {
  const shown = question.result ? lines(question) : [];
  if (!shown.length) return;
  const list = element("ul", "", { className: "result" });
  for (const line of shown) {
    const item = element("li");
    item.append(textOf(line));
    list.append(item);
  }
  find(`question-${index + 1}`).append(list);
}

export function showResult({ attempt, late }) {
  const by = attempt.submitted_by === "clock" ? "Time is over: it was submitted with what was saved." : "Submitted.";
  find("score").textContent = `${by} ${score(attempt)}`;
  const after = new Set(late).size;
  if (after) find("late").textContent = `Too late: ${count(after, "answer")}. Your teacher decides whether that counts.`;
  attempt.questions.forEach(showQuestion);
  find("result").hidden = false;
  find("title").focus();
}
