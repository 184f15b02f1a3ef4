// The questions of an attempt, whose answers go to the script `attempt.js`.
import { FIELDS } from "./quiz-fields.js";
import { element } from "./sign-in.js";
import { showMedia } from "./quiz-media.js";
import { count, textOf } from "./quiz-text.js";

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const isBlank = (answer) =>
  answer === null || answer === undefined || (typeof answer === "string" ? !answer.trim() : typeof answer === "object" && !Object.keys(answer).length);

// Adds the seconds for which a question has the focus.
function stopwatch() {
  const spent = {};
  let current = null, since = 0;
  const pause = () => {
    if (current) spent[current] = (spent[current] ?? 0) + (performance.now() - since) / 1_000;
    since = performance.now();
  };
  return (questionId) => {
    pause();
    current = questionId;
    return spent[questionId] ?? 0;
  };
}

function askOne(question, number, quiz, seconds) {
  const box = element("fieldset", "", { id: `question-${number}` }), legend = element("legend");
  legend.append(element("span", `Question ${number} · ${count(question.points, "point")}`), textOf(question.stem));
  const refused = element("p", "", { className: "refused", role: "alert" });
  const id = question.question_id;
  let shown; // the answer that the fields show
  const give = (answer) => {
    shown = answer;
    quiz.answer(id, answer, seconds(id));
  };
  const field = (FIELDS[question.kind] ?? FIELDS.unknown)(question, give);
  const media = element("div", "", { className: "media" });
  showMedia(question.media, media);
  box.append(legend, media, ...field.elements, refused);
  box.addEventListener("focusin", () => seconds(id));
  return {
    box,
    isBlank: () => isBlank(quiz.answers[id]) || id in quiz.refused,
    // Not while the fields show it already: whoever is typing keeps their place.
    update(isLocked) {
      if (!same(shown, quiz.answers[id]) || shown === undefined) field.show((shown = quiz.answers[id] ?? null));
      box.disabled = isLocked;
      const reason = quiz.refused[id] ? `This answer is not saved: ${quiz.refused[id]}` : "";
      if (refused.textContent !== reason) refused.textContent = reason;
    },
  };
}

// Returns `update()`, which shows the answers as they are now, and `blank()`, the number of questions without one.
export function askQuestions(form, quiz) {
  const { questions, navigation } = quiz.attempt, seconds = stopwatch();
  const asked = questions.map((question, index) => askOne(question, index + 1, quiz, seconds));
  let section = "";
  for (const [index, { box }] of asked.entries()) {
    const title = questions[index].section;
    if (title && title !== section) form.append(element("h3", title));
    section = title;
    form.append(box);
  }
  form.addEventListener("submit", (event) => event.preventDefault()); // the Enter key submits nothing
  // With `forward`, an answer is final when a later question is answered.
  const isFinal = (index) => navigation === "forward" && !asked[index].isBlank() && asked.slice(index + 1).some((each) => !each.isBlank());
  return {
    update: () => asked.forEach((each, index) => each.update(quiz.isOver || quiz.ending !== null || isFinal(index))),
    blank: () => asked.filter((each) => each.isBlank()).length,
  };
}
