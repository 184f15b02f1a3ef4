// Refunding a payment: how much, why, and whether the buyer keeps the enrollment; asked once more before it is done.

import { h } from "../dom.js";
import { showMoney } from "../money.js";
import { send } from "../session.js";
import { minorUnits } from "./amounts.js";
import { oneAtATime } from "./work.js";

const REASONS = { requested_by_customer: "The buyer asked for it", duplicate: "It was paid twice" };
const AGAIN = "reauthentication_required";

/** A form that refunds a payment of an order; then `restart(said)` is called. */
export function refunding(order, payment, restart) {
  const { id, currency, refundable } = payment;
  // The same key for the same refund: pressing the button again after the connection was cut refunds nothing twice.
  const keys = new Map();
  const amount = h("input", { id: `amount-${id}`, inputmode: "decimal", autocomplete: "off", "aria-describedby": `amount-hint-${id} amount-wrong-${id}` });
  const wrong = h("p", { id: `amount-wrong-${id}`, class: "wrong", role: "alert" });
  const reason = h("select", { id: `reason-${id}` }, Object.entries(REASONS).map(([value, name]) => h("option", { value }, name)));
  const note = h("input", { id: `note-${id}`, maxlength: 500, autocomplete: "off", dir: "auto" });
  const keep = h("input", { id: `keep-${id}`, type: "checkbox" });
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const tell = (message) => ((trouble.hidden = !message), (trouble.textContent = message));
  const complain = (message) => {
    wrong.textContent = message;
    amount.setAttribute("aria-invalid", String(Boolean(message)));
    if (message) amount.focus();
  };
  const entered = () => (amount.value.trim() ? minorUnits(amount.value, currency) : refundable);
  const password = passwordField(id);
  const dialog = h("dialog", { "aria-labelledby": `sure-${id}` });
  const once = oneAtATime((problem) => {
    if (problem.code === AGAIN) return password.show();
    if (problem.status === 401) return null;
    dialog.close();
    return problem.names?.("amount") ? complain(problem.about("amount")) : tell([problem.message, ...(problem.fields ?? [])].join(" "));
  });
  const refund = () =>
    once(async () => {
      await password.confirm();
      const body = { payment_id: id, amount: entered(), reason: reason.value, keep_seat: keep.checked, ...(note.value.trim() && { note: note.value.trim() }) };
      const key = JSON.stringify(body);
      if (!keys.has(key)) keys.set(key, crypto.randomUUID());
      const made = await send("POST", `/admin/orders/${order.id}/refund`, body, { "Idempotency-Key": keys.get(key) });
      dialog.close();
      await restart(
        made.state === "requested"
          ? "The refund is requested. The payment service has not answered yet, and is asked again."
          : `${showMoney({ amount: made.amount, currency })} are refunded.`,
      );
    });
  const ask = (event) => {
    event.preventDefault();
    complain("");
    tell("");
    const wanted = entered();
    if (!(wanted >= 1 && wanted <= refundable)) return complain(`Enter an amount up to ${showMoney({ amount: refundable, currency })}.`);
    dialog.replaceChildren(...question(order, { id, amount: wanted, currency, all: wanted === refundable, kept: keep.checked, password, refund, dialog }));
    return dialog.showModal();
  };
  return h(
    "section",
    { class: "card" },
    h("h2", {}, order.payments.length > 1 ? `Refund payment ${payment.vendor_id ?? id}` : "Refund"),
    h(
      "form",
      { class: "override", novalidate: true, "aria-label": "Refund", submit: ask },
      h("label", { for: amount.id }, `Amount (${currency.toUpperCase()})`),
      amount,
      h("p", { id: `amount-hint-${id}`, class: "soft" }, `Empty: all that is left, ${showMoney({ amount: refundable, currency })}.`),
      wrong,
      h("label", { for: reason.id }, "Reason"),
      reason,
      h("label", { for: note.id }, "Note for other administrators"),
      note,
      h("p", { class: "check" }, keep, h("label", { for: keep.id }, "The buyer keeps the enrollment, even if nothing is left")),
      trouble,
      h("div", { class: "actions" }, h("button", { type: "submit" }, "Refund …")),
    ),
    dialog,
  );
}

function question(order, { id, amount, currency, all, kept, password, refund, dialog }) {
  const what = showMoney({ amount, currency });
  const seat = kept ? "The enrollment is kept." : all ? "The enrollment that it paid for ends, if nothing of the order is left." : "The enrollment goes on.";
  return [
    h("h2", { id: `sure-${id}` }, `Refund ${what} to ${order.name}?`),
    h("p", {}, `${seat} This cannot be undone.`),
    h(
      "form",
      { submit: (event) => (event.preventDefault(), refund()) },
      password.element,
      h(
        "div",
        { class: "actions" },
        h("button", { type: "submit" }, `Refund ${what}`),
        h("button", { type: "button", class: "quiet", click: () => dialog.close() }, "Cancel"),
      ),
    ),
  ];
}

/** Fields that are shown once the sign-in is too old. `confirm()` confirms it if they are. */
function passwordField(id) {
  const field = h("input", { id: `password-${id}`, type: "password", autocomplete: "current-password", required: true });
  const code = h("input", { id: `code-${id}`, autocomplete: "one-time-code", inputmode: "numeric" });
  const trouble = h("p", { class: "wrong", role: "alert" });
  const codeField = h("div", { hidden: true }, h("label", { for: code.id }, "Code of the authenticator app"), code);
  const element = h("div", { hidden: true }, h("p", {}, "Your sign-in was a while ago. Confirm that it is you."), h("label", { for: field.id }, "Password"), field, codeField, trouble);
  field.disabled = true;
  const fail = (problem) => {
    if (problem.code === "mfa_code_required") codeField.hidden = false;
    trouble.textContent = problem.message;
    (codeField.hidden ? field : code).focus();
  };
  const show = () => {
    element.hidden = field.disabled = false;
    field.focus();
  };
  const confirm = async () => {
    if (element.hidden) return;
    try {
      await send("POST", "/auth/reauthenticate", { password: field.value, ...(!codeField.hidden && code.value.trim() && { code: code.value.trim() }) });
    } catch (problem) {
      fail(problem);
      throw Object.assign(problem, { status: 401 });
    }
    element.hidden = field.disabled = true;
    field.value = code.value = "";
  };
  return { element, show, confirm };
}
