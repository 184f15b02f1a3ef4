// Coupons, for administrators: created, archived and restored.

import { announce, h } from "../dom.js";
import { showMoney } from "../money.js";
import { send } from "../session.js";
import { address } from "./address.js";
import { listing } from "./cards.js";
import { couponForm } from "./coupon-form.js";
import { count, instant } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, notifyOf, showingAnew, titleOf, trail } from "./page.js";
import { oneAtATime } from "./work.js";

const PART = 50;
const LISTS = { active: "Coupons", archived: "Archived coupons" };

/** Show the coupons that are `active` or `archived`. */
export async function showCoupons({ id: list }, isCurrent, again) {
  const archived = list === "archived";
  const title = LISTS[list] ?? LISTS.active;
  await readParts("/admin/coupons", { archived, limit: PART }, (coupons, more) => {
    if (!isCurrent()) return;
    fill(view(archived, coupons, more, showingAnew(again)));
    announce(`${count(coupons.length)} coupons are shown.`);
  });
  if (!isCurrent()) return;
  head(title, "");
  trail({ title }, "coupons");
  choose("");
}

function view(archived, coupons, more, restart) {
  const links = Object.entries(LISTS).map(([name, text]) =>
    h("li", {}, h("a", { href: address("coupons", name), "aria-current": (name === "archived") === archived ? "page" : null }, text)),
  );
  const once = oneAtATime(notifyOf);
  const columns = [
    { name: "Code", of: ({ code }) => code },
    { name: "Takes off", of: discountOf },
    { name: "Courses", of: ({ course_ids: ids }) => (ids ? ids.map(titleOf).join(", ") : "All") },
    { name: "Valid", of: validity },
    { name: "Uses", number: true, of: usesOf },
    { name: archived ? "Restore" : "Archive", of: (coupon) => moveButton(coupon, archived, once, restart) },
  ];
  return [
    h("nav", { "aria-label": "Which coupons" }, h("ul", { class: "tabs" }, links)),
    archived ? null : h("section", { class: "card" }, h("h2", {}, "Create a coupon"), couponForm(restart)),
    listing(LISTS[archived ? "archived" : "active"], columns, coupons, archived ? "No coupon is archived." : "There are no coupons yet."),
    more ? h("p", {}, h("button", { type: "button", class: "quiet more", click: more }, "Show more coupons")) : null,
  ];
}

const discountOf = ({ percent, amount_off: amount, currency }) => (percent === null ? showMoney({ amount, currency }) : `${percent} %`);

function validity({ starts_at: from, ends_at: until }) {
  if (!from && !until) return "Always";
  return [from ? `from ${instant(from)}` : "", until ? `until ${instant(until)}` : ""].filter(Boolean).join(" ");
}

function usesOf({ uses, max_uses: most, max_uses_per_user: each }) {
  return [most === null ? count(uses) : `${count(uses)} of ${count(most)}`, each === null ? "" : `, ${count(each)} each`].join("");
}

function moveButton({ id, code }, archived, once, restart) {
  const move = () => once(async () => (await send("PATCH", `/admin/coupons/${id}`, { archived: !archived }), restart(`${code} is ${archived ? "valid again" : "archived"}.`)));
  const name = archived ? "Restore" : "Archive";
  return h("button", { type: "button", class: "quiet", click: move, "aria-label": `${name}: ${code}` }, name);
}
