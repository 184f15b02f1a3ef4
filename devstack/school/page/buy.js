// Buying a course: what it costs, and the form that leads to the page on which to pay.
import { call } from "./api.js";
import { h } from "./dom.js";
import { showMoney } from "./money.js";
import { find, say } from "./sign-in.js";

const form = find("buy");
const LOST = { detail: "LearnStream does not answer. Try again: nothing is ordered twice." };

const sentences = (problem) => [problem.detail, ...Object.values(problem.errors?.json ?? {}).flat()].join(" ");
const newKey = () => crypto.randomUUID();

let price, key = newKey();

function showPrice(found) {
  price = found;
  find("price").textContent = `Price: ${showMoney(price)}`;
}

// The price is what the buyer was shown: if it has changed, they are asked again.
function order(path) {
  const { coupon, accept_terms: accepted } = form.elements;
  const body = { coupon: coupon.value.trim() || null, accept_terms: accepted.checked, expected: price };
  return call("POST", `${path}/checkout`, body, { "Idempotency-Key": key }).catch(() => null);
}

function refused(problem) {
  if (problem.price) showPrice(problem.price);
  say("buy-trouble", sentences(problem));
}

// One key for one order: pressing again and again, also after a lost answer, orders once.
async function buy(path) {
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  say("buy-trouble", "");
  say("buy-state", "Ordering…");
  const answer = await order(path);
  if (answer?.ok) return location.assign(answer.body.checkout_url ?? `/orders#${answer.body.order_id}`);
  if (answer && answer.status < 500) key = newKey();
  button.disabled = false;
  say("buy-state", "");
  refused(answer?.body ?? LOST);
  button.focus();
}

// Who comes back from the payment page with the browser's own button begins anew.
function beginAnew({ persisted }) {
  if (!persisted) return;
  key = newKey();
  form.querySelector("button").disabled = false;
  say("buy-state", "");
}

// Shows what the course at `/courses/<id>` costs. `person` is who is signed in, null for guests; `enrolled` have the course already.
export function showPriceOf(path, course, person, enrolled) {
  if (!course.price) return;
  showPrice(course.price);
  find("buying").hidden = false;
  if (enrolled) return find("buy-state").replaceChildren("You have this course. ", h("a", { href: "/" }, "Go to its lessons"));
  if (!person) return say("buy-state", "Sign in to buy it.");
  form.addEventListener("submit", (event) => (event.preventDefault(), buy(path)));
  form.addEventListener("input", () => (key = newKey()));
  window.addEventListener("pageshow", beginAnew);
  form.hidden = false;
}
