// The reviews of a course or book: its rating, one's own review, and those of others.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { at } from "./homework-past.js";
import { paragraphsOf } from "./markdown.js";
import { opinions } from "./opinions.js";
import { fillList } from "./parts.js";
import { count } from "./quiz-text.js";
import { histogramOf, meanOf, starsOf } from "./rating.js";
import { listenToForm, readOwn } from "./review-form.js";
import { find, refuse, say } from "./sign-in.js";

const PART = 10;

const author = ({ author, progress_percent: done }) => `${author ?? "Anonymous"}${done === null ? "" : `, after ${done}% of the course`}`;
const replyOf = ({ text }) => h("blockquote", { "aria-label": "Reply" }, h("p", {}, "The staff replied:"), h("div", { dir: "auto" }, paragraphsOf(text)));

function row(review, more) {
  const { stars, text, reply, created_at: created, updated_at: updated } = review;
  const heading = h("p", { class: "by" }, starsOf(stars), h("span", {}, author(review)), h("small", {}, `${at(created)}${updated === created ? "" : ", edited"}`));
  return h("li", { class: "review" }, heading, h("div", { dir: "auto" }, paragraphsOf(text)), reply && replyOf(reply), more);
}

// Shows the reviews at `/courses/<id>` or `/books/<id>`. `person` is who is signed in, null for guests; `mayWrite` offers them the form,
// unless their review could not be read: saving would replace it. What could not be read is told, and the rest is shown.
export async function showReviews(path, rating, person, mayWrite) {
  let stars = null, own = person && mayWrite ? await readOwn(path).catch(refuse) : undefined;

  const rowOf = (review) => row(review, person && review.id !== own?.id ? opinions(review, person) : null);

  async function show() {
    say("mean", meanOf(rating));
    find("histogram").replaceChildren(histogramOf(rating, stars, choose));
    const query = new URLSearchParams({ limit: PART, sort: find("order").value, ...(stars && { stars }) });
    const empty = stars ? `No reviews with ${count(stars, "star")}.` : "Nobody has written a review yet.";
    await fillList({ path: `${path}/reviews`, query, list: find("reviews"), more: find("more-reviews"), row: rowOf, empty });
  }

  async function choose(chosen) {
    const pressed = 5 - (chosen ?? stars);
    stars = chosen;
    await show().catch(refuse);
    find("histogram").querySelectorAll("button")[pressed].focus();
  }

  async function changed(review) {
    own = review;
    rating = review?.rating ?? (await ask("GET", path)).rating;
    await show();
  }

  find("order").addEventListener("change", () => show().catch(refuse));
  if (own !== undefined) listenToForm(path, own, (review) => changed(review).catch(refuse));
  await show().catch(refuse);
}
