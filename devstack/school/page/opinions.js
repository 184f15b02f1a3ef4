// What a reader thinks of somebody's review: whether it helped, and whether it should be looked at.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { askForReason } from "./report.js";
import { refuse, say } from "./sign-in.js";

// Reviews do not say who found them helpful, so this browser remembers which ones its user did.
const keyOf = ({ id }) => `helpful ${id}`;
const votesOf = (person) => new Set(JSON.parse(localStorage.getItem(keyOf(person))));

function vote({ id }, person, isHelpful) {
  const votes = votesOf(person);
  if (isHelpful) votes.add(id);
  else votes.delete(id);
  localStorage.setItem(keyOf(person), JSON.stringify([...votes]));
}

export function opinions(review, person) {
  const path = `/reviews/${review.id}`;
  const before = review.helpful - Number(votesOf(person).has(review.id));
  const helpful = h("button", { type: "button", click: () => toggle().catch(refuse) });
  const report = h("button", { type: "button", click: () => complain().catch(refuse) }, "Report");
  const isPressed = () => votesOf(person).has(review.id);

  function show() {
    helpful.textContent = `Helpful (${before + Number(isPressed())})`;
    helpful.setAttribute("aria-pressed", String(isPressed()));
  }

  async function toggle() {
    await ask(isPressed() ? "DELETE" : "POST", `${path}/helpful`);
    vote(review, person, !isPressed());
    show();
  }

  async function complain() {
    const given = await askForReason();
    if (!given) return;
    await ask("POST", `${path}/report`, given);
    report.textContent = "Reported";
    report.disabled = true;
    say("told", "Thank you. An administrator will look at the review.");
  }

  show();
  return h("p", { class: "opinions" }, helpful, report);
}
