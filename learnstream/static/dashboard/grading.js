// The form that grades a submission: levels of its rubric, or points; a comment, and a note for the staff.

import { h } from "../dom.js";
import { send } from "../session.js";
import { points as shown } from "./format.js";
import { nameOf } from "./standing.js";
import { isOutdated, oneAtATime } from "./work.js";

// What was chosen and typed and not saved yet, by submission: it survives another view and the end of the session.
const drafts = new Map();

/** Grade a submission; once it is saved, `next(said)` goes on. Without `skip`, there is no next one. */
export function gradingForm(submission, { next, skip, back }) {
  const { id, rubric, grade, max_points: most } = submission;
  const given = drafts.get(id) ?? { levels: { ...grade?.levels }, points: grade?.points ?? "", comment: grade?.comment ?? "", note: grade?.private_note ?? "" };
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const tell = (message) => ((trouble.hidden = !message), (trouble.textContent = message));
  const keep = () => drafts.set(id, given);
  const fields = rubric.length ? levelFields(rubric, given, keep) : pointsField(most, given, keep);
  const save = async () => {
    tell("");
    const missing = fields.missing();
    if (missing) return tell(missing);
    const saved = await store(submission, bodyOf(rubric, given));
    drafts.delete(id);
    await next(`Saved: ${shown(saved.reduced_points)} of ${shown(most)} points for ${nameOf(submission)}.`);
  };
  const once = oneAtATime((problem) => problem.status !== 401 && tell(explain(problem, skip)));
  const made = h(
    "form",
    { class: "card", novalidate: true, "aria-label": "Marking", submit: (event) => (event.preventDefault(), once(save)) },
    fields.elements,
    textField("comment", "Comment to the learner", 5000, given, keep),
    textField("note", "Note for the staff", 5000, given, keep),
    h("p", { class: "soft" }, `Both are optional. Ctrl+Enter saves${skip ? " and shows the next submission" : ""}.`),
    trouble,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit", "aria-keyshortcuts": "Control+Enter" }, skip ? "Save and next" : "Save"),
      skip ? h("button", { type: "button", class: "quiet", click: () => once(skip) }, "Skip") : null,
      h("button", { type: "button", class: "quiet", click: back }, "Back to the homework"),
    ),
  );
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) once(save);
  });
  return made;
}

function textField(name, label, length, given, keep) {
  const field = h("textarea", { id: name, rows: 4, maxlength: length, dir: "auto", input: () => ((given[name] = field.value), keep()) });
  field.value = given[name];
  return [h("label", { for: name }, label), field];
}

/** The criteria as groups of radio buttons, and below them the sum of what is chosen. */
function levelFields(rubric, given, keep) {
  const most = rubric.reduce((all, { levels }) => all + Math.max(...levels.map(({ points }) => points)), 0);
  const sum = h("p", { class: "sum", role: "status" });
  const add = () => {
    const chosen = rubric.map(({ id, levels }) => levels.find((level) => level.id === given.levels[id])?.points ?? 0);
    sum.textContent = `${shown(chosen.reduce((all, points) => all + points, 0))} of ${shown(most)} points`;
  };
  const choose = (criterion, level) => ((given.levels[criterion] = level), add(), keep());
  const missing = () => {
    const open = rubric.find(({ id }) => !(id in given.levels));
    if (open) document.querySelector(`input[name="${CSS.escape(`criterion-${open.id}`)}"]`).focus();
    return open && `Choose a level of “${open.title}”.`;
  };
  add();
  return { elements: [h("h3", {}, "Rubric"), rubric.map((each) => criterionField(each, given, choose)), sum], missing };
}

function criterionField({ id, title, description, levels }, given, choose) {
  const radios = levels.map((level) => {
    const attributes = { type: "radio", name: `criterion-${id}`, value: level.id, change: () => choose(id, level.id) };
    return h("label", { class: "level" }, h("input", { ...attributes, checked: given.levels[id] === level.id }), h("span", {}, `${level.title} (${shown(level.points)})`));
  });
  return h("fieldset", {}, h("legend", {}, title), description ? h("p", { class: "soft typed" }, description) : null, radios);
}

function pointsField(most, given, keep) {
  const field = h("input", { id: "points", type: "number", min: 0, max: most, step: "any", input: () => ((given.points = field.value), keep()) });
  field.value = given.points;
  const missing = () => {
    if (field.value !== "") return "";
    field.focus();
    return `Enter a number from 0 to ${shown(most)}.`;
  };
  return { elements: [h("label", { for: "points" }, `Points (0 to ${shown(most)})`), field], missing };
}

function bodyOf(rubric, { levels, points, comment, note }) {
  return { ...(rubric.length ? { levels } : { points: Number(points) }), comment, private_note: note };
}

/** Store a grade, and remember its revision: the next submission may be out of reach, and the grade be changed then. */
async function store(submission, body) {
  const saved = await send("PUT", `/submissions/${submission.id}/grade`, body, { "If-Match": `"${submission.revision}"` });
  submission.revision = saved.revision;
  return saved;
}

function explain(problem, skip) {
  const goOn = skip ? " Skip it to go on." : " Open it again to see it.";
  if (problem.code === "claimed_by_another") return `${problem.message}${skip ? goOn : ""}`;
  if (isOutdated(problem)) return `This submission has been changed in the meantime.${goOn}`;
  return [problem.message, ...problem.fields].join(" ");
}
