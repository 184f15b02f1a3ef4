// The reviews of a course: its rating, and each review with the reply of the staff.

import { announce, h } from "../dom.js";
import { get } from "../session.js";
import { grid, tiles } from "./cards.js";
import { chartCard } from "./charts.js";
import { count, share } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, showingAnew, teaches, trail } from "./page.js";
import { replying, replyOf } from "./reply.js";
import { reviewCard } from "./review.js";

const PART = 20;

export async function showReviews({ id }, isCurrent, again) {
  const course = await get(`/courses/${id}`);
  const title = `Reviews: ${course.title}`;
  const restart = showingAnew(again);
  await readParts(`/courses/${id}/reviews`, { limit: PART }, (reviews, more) => {
    if (!isCurrent()) return;
    fill(view(course.rating, reviews, more, (review) => (teaches(id) ? replying(review, restart) : replyOf(review))));
    announce(`${reviews.length} of ${course.rating.count} reviews are shown.`);
  });
  if (!isCurrent()) return;
  head(title, "");
  trail({ course_id: id, title }, "reviews");
  choose(id);
}

function view(rating, reviews, more, below) {
  const shown = reviews.map((review) => reviewCard(review, { more: below(review) }));
  return [
    grid(ratingTiles(rating), ratingChart(rating)),
    h(
      "section",
      { role: "region", "aria-label": "Reviews", tabindex: "-1", class: "cards" },
      h("h2", {}, "Newest reviews"),
      reviews.length ? shown : h("p", { class: "card empty" }, "Nobody has reviewed the course yet."),
      more ? h("button", { type: "button", class: "quiet more", click: more }, "Show more reviews") : null,
    ),
  ];
}

function ratingTiles({ mean, count: all, stars }) {
  return tiles([
    ["Mean", mean === null ? "–" : mean.toFixed(2), "of 5 stars"],
    ["Reviews", count(all)],
    ["Four stars or five", all ? share((stars[3] + stars[4]) / all) : "–"],
  ]);
}

function ratingChart({ stars, mean, count: all }) {
  const rows = [5, 4, 3, 2, 1];
  return chartCard({
    title: "Ratings",
    rowName: "Stars",
    labels: rows.map((number) => (number === 1 ? "1 star" : `${number} stars`)),
    series: [{ name: "Reviews", values: rows.map((number) => stars[number - 1]), show: count }],
    summary: all ? `${mean.toFixed(2)} of 5 stars by ${count(all)} reviews.` : "",
    empty: "No reviews yet.",
    across: true,
  });
}
