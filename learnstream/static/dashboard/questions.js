// The figures of a quiz's questions, and of the options of choices.

import { h } from "../dom.js";
import { listing } from "./cards.js";
import { count, difference, duration, instant, share } from "./format.js";

const EXPLAINED =
  "Discrimination is the share of a question's points in the best 27% of the attempts, minus that in the worst 27%. " +
  "Near 0, the question does not tell them apart; below 0, check its key.";
const KINDS = { true_false: "true or false", short_text: "short text" };

export function questionFigures({ questions, as_of: asOf }, csv) {
  const columns = [
    { name: "Question", of: ({ stem }) => clamped(stem) },
    { name: "Kind", of: ({ kind }) => KINDS[kind] ?? kind.replace("_", " ") },
    { name: "Seen", number: true, of: ({ seen }) => count(seen) },
    { name: "Answered", number: true, of: ({ answered }) => count(answered) },
    { name: "Points", number: true, of: ({ share: part }) => known(part, share) },
    { name: "Discrimination", number: true, of: ({ discrimination }) => known(discrimination, difference) },
    { name: "Median time", number: true, of: ({ median_seconds: seconds }) => known(seconds, duration) },
  ];
  const note = `${asOf ? `As of ${instant(asOf)}. ` : ""}${EXPLAINED}`;
  return listing("Questions", columns, questions, "No attempt has been counted yet.", questions.length ? csv : null, note);
}

/** How often each option of the choices was chosen; null without any. */
export function optionFigures({ questions }) {
  const rows = questions.flatMap(({ stem, options }) => options.map((option) => ({ ...option, stem })));
  if (!rows.length) return null;
  const columns = [
    { name: "Option", of: ({ text }) => clamped(text) },
    { name: "Right", of: ({ correct }) => (correct ? "Yes" : "No") },
    { name: "Chosen", number: true, of: ({ chosen }) => count(chosen) },
    { name: "Share", number: true, of: ({ share: part }) => share(part) },
    { name: "Question", of: ({ stem }) => clamped(stem) },
  ];
  return listing("Options of choices", columns, rows, "");
}

const known = (value, show) => (value === null ? "–" : show(value));
const clamped = (text) => h("span", { class: "stem", dir: "auto" }, text);
