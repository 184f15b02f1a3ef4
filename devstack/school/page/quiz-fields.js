// The fields for the answers, by the kinds of questions. Each has its `elements`, and `show(answer)`; `give(answer)` is called
// whenever the learner changes the answer, with null for a blank one.
import { element } from "./sign-in.js";
import { textOf } from "./quiz-text.js";

function labelled(input, text) {
  const label = element("label", "", { className: "choice" });
  label.append(input, textOf(text));
  return label;
}

// `options` are those that the learner chooses among, as values and texts.
function radios(name, options, give) {
  const inputs = options.map(([value]) => element("input", "", { type: "radio", name, onchange: () => give(value) }));
  const show = (answer) => inputs.forEach((input, index) => (input.checked = options[index][0] === answer));
  return { elements: inputs.map((input, index) => labelled(input, options[index][1])), show };
}

function checkboxes(options, give) {
  const inputs = options.map(() => element("input", "", { type: "checkbox" }));
  const chosen = () => options.filter((_, index) => inputs[index].checked).map(([value]) => value);
  for (const input of inputs) input.onchange = () => give(chosen().length ? chosen() : null);
  const show = (answer) => inputs.forEach((input, index) => (input.checked = (answer ?? []).includes(options[index][0])));
  return { elements: inputs.map((input, index) => labelled(input, options[index][1])), show };
}

function input(name, give, properties) {
  const field = element(name, "", properties);
  field.setAttribute("aria-label", properties.label ?? "Your answer");
  field.oninput = () => give(field.value || null);
  return { elements: [field], show: (answer) => (field.value = answer ?? "") };
}

const text = (give, more = {}) => input("input", give, { maxLength: 1_000, autocomplete: "off", ...more });
const number = (give, more = {}) => text(give, { inputMode: "decimal", maxLength: 64, className: "number", ...more });

function select(options, give, label) {
  const field = element("select");
  field.setAttribute("aria-label", label);
  field.append(element("option", "Choose …", { value: "" }), ...options.map(([value, shown]) => element("option", shown, { value })));
  field.onchange = () => give(field.value || null);
  return { elements: [field], show: (answer) => (field.value = answer ?? "") };
}

// Several fields whose answers are one object, by their ids.
function together(parts, give) {
  let answers = {};
  const fields = Object.fromEntries(parts.map(([id, make]) => [id, make((answer) => {
    answers = { ...answers, [id]: answer };
    if (answer === null) delete answers[id];
    give(Object.keys(answers).length ? answers : null);
  })]));
  const show = (answer) => {
    answers = answer ?? {};
    for (const [id, field] of Object.entries(fields)) field.show(answers[id] ?? null);
  };
  return { fields, show };
}

function matching({ pairs, rights }, give) {
  const sides = labels(rights);
  const { fields, show } = together(pairs.map(({ id, left }) => [id, (each) => select(sides, each, left)]), give);
  const table = element("div", "", { className: "pairs" });
  for (const { id, left } of pairs) {
    const row = element("p");
    row.append(textOf(left), ...fields[id].elements);
    table.append(row);
  }
  return { elements: [table], show };
}

function ordering({ items }, give) {
  const list = element("ol", "", { className: "ordering" }), keep = element("button", "Keep this order", { type: "button" });
  const order = () => [...list.children].map((row) => row.dataset.id);
  const given = () => {
    keep.hidden = true;
    give(order());
  };
  keep.onclick = () => {
    given();
    list.querySelector("button:not([disabled])")?.focus();
  };
  const move = (row, by, button) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    button.focus(); // it lost it when it was moved
    given();
  };
  const rows = new Map(items.map(({ id, text: shown }) => {
    const row = element("li");
    row.dataset.id = id;
    row.append(textOf(shown));
    for (const [by, sign, word] of [[-1, "↑", "up"], [1, "↓", "down"]]) {
      const button = element("button", sign, { type: "button" });
      button.setAttribute("aria-label", `Move ${shown} ${word}`);
      button.onclick = () => move(row, by, button);
      row.append(button);
    }
    return [id, row];
  }));
  const show = (answer) => {
    keep.hidden = answer !== null;
    list.replaceChildren(...new Set([...(answer ?? []).map((id) => rows.get(id)), ...rows.values()]));
  };
  return { elements: [list, keep], show };
}

const BLANKS = {
  single_choice: ({ options }, give, label) => select(labels(options), give, label),
  numeric: (_, give, label) => number(give, { label }),
  short_text: (_, give, label) => text(give, { label }),
};

function cloze({ text: shown, blanks }, give) {
  const made = blanks.map((blank, index) => [blank.id, (each) => (BLANKS[blank.kind] ?? BLANKS.short_text)(blank, each, `Blank ${index + 1}`)]);
  const { fields, show } = together(made, give);
  const paragraph = element("p", "", { className: "cloze" });
  for (const [index, part] of shown.split(/\{\{([^}]+)\}\}/).entries()) paragraph.append(...(index % 2 ? fields[part].elements : [textOf(part)]));
  return { elements: [paragraph], show };
}

const labels = (options) => options.map(({ id, text: shown }) => [id, shown]);

export const FIELDS = {
  single_choice: ({ question_id, options }, give) => radios(question_id, labels(options), give),
  true_false: ({ question_id }, give) => radios(question_id, [[true, "True"], [false, "False"]], give),
  multiple_choice: ({ options }, give) => checkboxes(labels(options), give),
  short_text: (_, give) => text(give),
  numeric: (_, give) => number(give),
  matching,
  ordering,
  cloze,
  essay: ({ max_length }, give) => input("textarea", give, { maxLength: max_length, rows: 6 }),
  unknown: () => ({ elements: [element("p", "This page cannot show questions of this kind.")], show: () => {} }),
};
