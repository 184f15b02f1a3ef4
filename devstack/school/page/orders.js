// A person's orders with their receipts. The payment page leads back here, to `#<order>`: an order that is not paid yet is looked
// up again and again while somebody looks at it.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { amountsOf, isWaiting, nextOf, receiptOf, sentenceOf, summaryOf } from "./order-texts.js";
import { fillList } from "./parts.js";
import { find, refuse, say, whenSignedIn } from "./sign-in.js";

const PART = 20;
const PAUSES = [2, 2, 3, 5, 8, 13, 20, 30]; // seconds; the last one is repeated
const DAYS = 60; // seconds, for a payment that takes days
const AWAY = "LearnStream does not answer. If you have paid, nothing is lost: this page looks again by itself.";
const chosen = location.hash.slice(1);

let timer = null, looks = 0;

function row(order) {
  const { id, course_title: title } = order, isChosen = String(id) === chosen;
  const link = h("a", { href: `#${id}`, dir: "auto", "aria-current": isChosen && "true" }, title);
  return h("li", {}, link, h("small", { id: isChosen && "summary" }, summaryOf(order)));
}

function show(order) {
  find("title").textContent = order.course_title;
  say("state", sentenceOf(order));
  find("next").replaceChildren(...[nextOf(order)].filter(Boolean));
  find("amounts").replaceChildren(...amountsOf(order));
  find("receipts").replaceChildren(...order.payments.map(receiptOf));
  find("paid").hidden = !order.payments.length;
  if (find("summary")) say("summary", summaryOf(order));
}

// What is shown last stays while nothing is heard: that the network is away says nothing about a payment.
async function look() {
  clearTimeout(timer);
  timer = null;
  const order = await ask("GET", `/orders/${chosen}`).catch((problem) => {
    if (problem && problem.status < 500 && problem.status !== 429) throw problem;
  });
  say("away", order ? "" : AWAY);
  if (order) show(order);
  if (!order || isWaiting(order)) lookLater(order?.on_its_way ? DAYS : PAUSES[Math.min(looks++, PAUSES.length - 1)]);
}

const lookAgain = () => look().catch(refuse);

// A page that nobody looks at asks nothing; it looks again when it is shown.
function lookLater(seconds) {
  timer = setTimeout(() => document.visibilityState === "visible" && lookAgain(), seconds * 1000);
}

const list = { path: "/users/me/orders", query: new URLSearchParams({ limit: PART }), list: find("orders"), more: find("more-orders"), row, empty: "You have no orders." };

async function open() {
  await fillList(list).catch(refuse);
  if (!chosen) return;
  find("title").textContent = `Order ${chosen}`;
  await look();
  find("order").hidden = false;
  find("title").focus();
}

document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && timer !== null && lookAgain());
window.addEventListener("hashchange", () => location.reload());
await whenSignedIn(() => open().catch(refuse));
