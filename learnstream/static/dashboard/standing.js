// How far a submission has come, in the words that all tables use.

import { h } from "../dom.js";
import { instant, instantDay, points } from "./format.js";

export const day = (submission) => (submission?.submitted_at ? instantDay(submission.submitted_at) : "–");
export const nameOf = ({ name }) => name ?? "Deleted account";

/** The points of a submission, and of these before lateness. */
export function result({ points: before, reduced_points: after, max_points: most }) {
  if (before === null) return "–";
  return [`${points(after)} of ${points(most)}`, after === before ? null : h("small", {}, `${points(before)} before lateness`)];
}

export function stage({ state: stored, graded_at: graded, released_at: released, claimed_by: claimed, claimed_until: until }) {
  if (stored === "returned") return "Returned";
  if (released) return ["Released", h("small", {}, instantDay(released))];
  if (graded) return "Graded, not released";
  return claimed === null ? "To mark" : ["To mark", h("small", {}, `claimed until ${instant(until)}`)];
}
