// One order, for administrators: its payments, refunds and disputes, and refunding it.

import { announce, h } from "../dom.js";
import { showMoney } from "../money.js";
import { get } from "../session.js";
import { listing, tiles } from "./cards.js";
import { instant } from "./format.js";
import { STATES } from "./orders.js";
import { choose, fill, head, showingAnew, trail } from "./page.js";
import { refunding } from "./refunding.js";

const GRANTS = {
  live: "gives access",
  upcoming: "will give access",
  suspended: "suspended by a dispute",
  expired: "has expired",
  ended: "has ended",
};
const REFUNDS = {
  requested: "Requested: the payment service has not answered yet",
  pending: "Accepted, on its way",
  requires_action: "Waits for the buyer",
  succeeded: "Refunded",
  failed: "Failed",
  canceled: "Canceled",
};
const ACCOUNTS = { vendor_balance: "Balance at the payment service", sales: "Sales", tax: "Tax", discounts: "Discounts", refunds: "Refunds", disputes: "Disputes" };

export async function showOrder({ id }, isCurrent, again) {
  const order = await get(`/admin/orders/${encodeURIComponent(id)}`);
  if (!isCurrent()) return;
  fill(view(order, showingAnew(again)));
  const title = `Order No. ${order.id}`;
  head(title, `Placed on ${instant(order.created_at)}${order.livemode ? "" : ", in the payment service's test mode"}.`);
  trail({ title }, "order");
  choose("");
  announce(`Order ${order.id} is shown.`);
}

function view(order, restart) {
  const refundable = order.payments.filter((payment) => payment.refundable > 0);
  return [
    tilesOf(order),
    payments(order),
    ...refundable.map((payment) => refunding(order, payment, restart)),
    refunds(order),
    order.disputes.length ? disputes(order) : null,
    ledger(order),
  ];
}

function tilesOf(order) {
  const money = (amount) => showMoney({ amount, currency: order.currency });
  const { grant_state: grant, coupon, discount } = order;
  return tiles([
    ["State", STATES[order.state] ?? order.state, grant ? `The enrollment that it paid for ${GRANTS[grant]}.` : "It has given no enrollment."],
    ["Buyer", order.name, order.email],
    ["Course", order.course_title, `version ${order.course_version}`],
    ["Total", money(order.total), coupon ? `coupon ${coupon}: ${money(discount)} off` : null],
  ]);
}

function payments({ payments }) {
  const money = (name) => (payment) => showMoney({ amount: payment[name], currency: payment.currency });
  const columns = [
    { name: "Payment", of: ({ vendor_id: id }) => id ?? "–" },
    { name: "Paid", of: ({ paid_at: at }) => instant(at) },
    { name: "Amount", number: true, of: money("amount") },
    { name: "Refunded", number: true, of: money("refunded") },
    { name: "Disputed", number: true, of: money("disputed") },
    { name: "Can be refunded", number: true, of: money("refundable") },
  ];
  return listing("Payments", columns, payments, "No payment has arrived.");
}

function refunds({ refunds }) {
  const columns = [
    { name: "Requested", of: ({ created_at: at }) => instant(at) },
    { name: "State", of: (refund) => [REFUNDS[refund.state] ?? refund.state, refund.failure_reason ? `: ${refund.failure_reason}` : ""].join("") },
    { name: "Amount", number: true, of: ({ amount, currency }) => showMoney({ amount, currency }) },
    { name: "Made by", of: madeBy },
    { name: "Enrollment", of: ({ keep_seat: kept }) => (kept ? "is kept" : "ends if nothing is left") },
    { name: "Note", of: ({ note }) => note ?? "–" },
  ];
  return listing("Refunds", columns, refunds, "Nothing was refunded.");
}

function madeBy({ requested_by: by, reason }) {
  if (by !== null) return `Administrator ${by}`;
  return reason ? "Automatically" : "The payment service's dashboard";
}

function disputes({ disputes }) {
  const columns = [
    { name: "Dispute", of: ({ vendor_id: id }) => id },
    { name: "Status", of: ({ status }) => status.replaceAll("_", " ") },
    { name: "Amount", number: true, of: ({ amount, currency }) => showMoney({ amount, currency }) },
    { name: "The bank says", of: ({ reason }) => (reason ?? "–").replaceAll("_", " ") },
    { name: "Answer until", of: ({ due_by: at }) => (at ? instant(at) : "–") },
  ];
  return listing("Disputes", columns, disputes, "", null, "Disputes are answered in the payment service's dashboard.");
}

function ledger({ ledger }) {
  const columns = [
    { name: "Cause", of: ({ cause }) => cause },
    { name: "Account", of: ({ account }) => ACCOUNTS[account] ?? account },
    { name: "When", of: ({ occurred_at: at }) => instant(at) },
    { name: "Amount", number: true, of: ({ amount, currency }) => showMoney({ amount, currency }) },
  ];
  return listing("Ledger", columns, ledger, "No money has moved.");
}
