// A review as a card: its stars, its author, what they wrote, and what can be done about it.

import { h } from "../dom.js";
import { paragraphsOf } from "../markdown.js";
import { instantDay } from "./format.js";

export const starsOf = (stars) =>
  h("span", { class: "stars", role: "img", "aria-label": `${stars} of 5 stars` }, "★★★★★☆☆☆☆☆".slice(5 - stars, 10 - stars));

/** A card; `title` says what it reviews where that is not the page's subject, `more` stands below its text. */
export function reviewCard(review, { title, more }) {
  const { stars, text, created_at: created, updated_at: updated } = review;
  const day = `${instantDay(created)}${updated === created ? "" : ", edited"}`;
  return h(
    "article",
    { class: "card review", "aria-label": `Review by ${authorOf(review)}` },
    h("p", {}, starsOf(stars), " ", h("strong", {}, authorOf(review)), " ", h("span", { class: "soft" }, [day, progressOf(review)].filter(Boolean).join(" · "))),
    title ? h("p", { class: "soft", dir: "auto" }, title) : null,
    text ? h("div", { class: "written", dir: "auto" }, paragraphsOf(text)) : null,
    more,
  );
}

/** The author's name; administrators see their account instead. */
export const authorOf = ({ author, user_id: id }) => author ?? (id ? `account ${id}` : "an anonymous learner");
const progressOf = ({ progress_percent: done = null }) => (done === null ? null : `after ${done}% of the course`);
