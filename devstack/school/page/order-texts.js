// What is said of an order. It is called failed or unpaid only when that is known: a payment may be on its way.
import { h } from "./dom.js";
import { at } from "./homework-past.js";
import { showMoney } from "./money.js";

const WORDS = {
  pending: "not paid yet",
  paid: "paid",
  failed: "payment failed",
  expired: "not paid",
  refunded: "refunded",
  partly_refunded: "refunded in part",
  disputed: "disputed",
};
const SENTENCES = {
  pending: "We have not heard of a payment yet. If you have just paid, it will show here in a moment. You need not pay again.",
  paid: "Thank you. Your payment has arrived, and the course is open to you.",
  failed: "Your bank has refused the payment. Nothing was paid, and you can buy the course again.",
  expired: "This order was not paid, and its payment page is closed. You can buy the course again.",
  refunded: "The payment was refunded. It may take your bank some days to show it.",
  partly_refunded: "A part of the payment was refunded. It may take your bank some days to show it.",
  disputed: "Your bank has claimed the payment back. Write to us if that is a mistake.",
};
const GOES_BACK = "Your payment has arrived, but the course could not be opened with it. The money goes back to you.";
const LATE = "Your payment is on its way. Payments of this kind take some days: the course opens as soon as the money has arrived. You need not pay again.";

export const isWaiting = ({ state }) => state === "pending";
const isUnpaid = ({ state }) => state === "failed" || state === "expired";

export function sentenceOf(order) {
  if (isWaiting(order) && order.on_its_way) return LATE;
  if (isUnpaid(order) && order.payments.length) return GOES_BACK;
  return SENTENCES[order.state] ?? order.state;
}

export function summaryOf(order) {
  const state = order.on_its_way && isWaiting(order) ? "payment on its way" : (WORDS[order.state] ?? order.state);
  return `${showMoney({ amount: order.total, currency: order.currency })} · ${state} · ${at(order.created_at)}`;
}

export function amountsOf({ id, subtotal, discount, tax, total, refunded, coupon, currency }) {
  const money = (amount) => showMoney({ amount, currency });
  const rows = [["Order", String(id)], ["Price", money(subtotal)]];
  if (discount) rows.push([coupon ? `Coupon ${coupon}` : "Discount", `−${money(discount)}`]);
  if (tax) rows.push(["Tax", money(tax)]);
  rows.push(["Total", money(total)]);
  if (refunded) rows.push(["Refunded", money(refunded)]);
  return rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", { dir: "auto" }, value)]);
}

export function nextOf(order) {
  const { state, course_id: course, checkout_url: page } = order;
  if (state === "paid" || state === "partly_refunded") return h("a", { href: "/" }, "Go to the lessons");
  if (isWaiting(order)) return page && h("a", { href: page, rel: "noreferrer" }, "Back to the payment page");
  return state === "disputed" ? null : h("a", { href: `/course#${course}` }, "Back to the course");
}

export function receiptOf({ amount, currency, paid_at: paid, receipt_url: receipt, invoice_url: invoice, invoice_pdf_url: pdf }) {
  const links = [[receipt, "Receipt"], [invoice, "Invoice"], [pdf, "Invoice (PDF)"]].filter(([url]) => url);
  const words = `${showMoney({ amount, currency })}, ${at(paid)}`;
  return h("li", {}, words, links.map(([url, name]) => [" ", h("a", { href: url, rel: "noreferrer", "aria-label": `${name}: ${words}` }, name)]));
}
