// Orders, for administrators: the list with its filters.

import { announce, h } from "../dom.js";
import { showMoney } from "../money.js";
import { address } from "./address.js";
import { listing } from "./cards.js";
import { fileButton } from "./downloads.js";
import { instant } from "./format.js";
import { readParts } from "./lists.js";
import { choose, fill, head, showingAnew, trail } from "./page.js";

const PART = 50;
export const STATES = {
  pending: "Open",
  paid: "Paid",
  failed: "Failed",
  expired: "Expired",
  refunded: "Refunded",
  partly_refunded: "Partly refunded",
  disputed: "Disputed",
};
// What is looked for: it stays while orders are opened and left.
let wanted = "";

/** Show the orders in a state, or `all`. */
export async function showOrders({ id: state }, isCurrent, again) {
  const filters = { ...(state in STATES && { state }), ...(wanted && { q: wanted }) };
  await readParts("/admin/orders", { ...filters, limit: PART }, (orders, more) => {
    if (!isCurrent()) return;
    fill(view(state, filters, orders, more, showingAnew(again)));
    announce(`${orders.length} orders are shown.`);
  });
  if (!isCurrent()) return;
  head("Orders", "");
  trail({ title: "Orders" }, "orders");
  choose("");
}

function view(state, filters, orders, more, restart) {
  const csv = fileButton("CSV", `/admin/orders.csv?${new URLSearchParams(filters)}`, "orders");
  const columns = [
    { name: "Order", of: ({ id }) => `No. ${id}`, link: ({ id }) => address("order", id) },
    { name: "State", of: ({ state }) => STATES[state] ?? state },
    { name: "Buyer", of: ({ name, email }) => h("span", { dir: "auto" }, name, h("small", {}, email)) },
    { name: "Course", of: ({ course_title: title }) => title },
    { name: "Placed", of: ({ created_at: at }) => instant(at) },
    { name: "Total", number: true, of: ({ total, currency }) => showMoney({ amount: total, currency }) },
    { name: "Refunded", number: true, of: ({ refunded, currency }) => (refunded ? showMoney({ amount: refunded, currency }) : "–") },
  ];
  return [
    filterForm(state, restart),
    listing("Orders", columns, orders, "No orders match.", csv),
    more ? h("p", {}, h("button", { type: "button", class: "quiet more", click: more }, "Show more orders")) : null,
  ];
}

function filterForm(state, restart) {
  const choice = h(
    "select",
    { id: "order-state" },
    Object.entries({ all: "All", ...STATES }).map(([value, name]) => h("option", { value, selected: value === state }, name)),
  );
  const text = h("input", { id: "order-q", type: "search", maxlength: 200, autocomplete: "off", value: wanted });
  const search = (event) => {
    event.preventDefault();
    wanted = text.value.trim();
    if (choice.value === state) restart();
    else location.hash = address("orders", choice.value);
  };
  return h(
    "form",
    { class: "toolbar", role: "search", "aria-label": "Orders", submit: search },
    h("div", { class: "field" }, h("label", { for: "order-state" }, "State"), choice),
    h("div", { class: "field wide" }, h("label", { for: "order-q" }, "Buyer's name or e-mail, or the order's number"), text),
    h("button", { type: "submit" }, "Search"),
  );
}
