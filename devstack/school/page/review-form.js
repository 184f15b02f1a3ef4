// The form of one's own review: written, changed as it was read, or deleted.
import { call } from "./api.js";
import { absent, find, say } from "./sign-in.js";

const form = find("review");
const LOST = { detail: "LearnStream does not answer. What you wrote is still here: try again." };

let etag;

const sentences = (problem) => [problem.detail, ...Object.values(problem.errors?.json ?? {}).flat()].join(" ");

// Returns the review at `<path>/reviews/mine`, null if there is none.
export async function readOwn(path) {
  const answer = await call("GET", `${path}/reviews/mine`).catch(() => null);
  etag = answer?.etag;
  return answer?.ok ? answer.body : absent(answer?.body);
}

function fill(review) {
  const { stars, text = "", anonymous = false, hidden = null } = review ?? {};
  for (const each of form.elements.stars) each.checked = Number(each.value) === stars;
  form.elements.text.value = text;
  form.elements.anonymous.checked = anonymous;
  find("delete-review").hidden = !review;
  find("review-heading").textContent = review ? "Your review" : "Write a review";
  say("review-hidden", hidden ? `An administrator has hidden your review: ${hidden.reason}` : "");
}

// `changed(review)` is called after each change, with null once it is deleted.
export function listenToForm(path, review, changed) {
  async function send(method, body, done) {
    say("review-trouble", "");
    const answer = await call(method, `${path}/reviews/mine`, body, etag ? { "If-Match": etag } : {}).catch(() => null);
    if (!answer?.ok) return say("review-trouble", sentences(answer?.body ?? LOST));
    etag = answer.etag;
    fill(answer.body);
    say("review-state", done);
    await changed(answer.body);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { stars, text, anonymous } = form.elements;
    send("PUT", { stars: Number(stars.value), text: text.value.trim(), anonymous: anonymous.checked }, "Your review is saved.");
  });
  find("delete-review").addEventListener("click", async () => {
    await send("DELETE", undefined, "Your review is deleted.");
    if (find("delete-review").hidden) form.elements.text.focus();
  });
  fill(review);
  form.hidden = false;
}
