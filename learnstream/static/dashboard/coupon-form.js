// The form that creates a coupon.

import { h } from "../dom.js";
import { send } from "../session.js";
import { minorUnits } from "./amounts.js";
import { state } from "./state.js";
import { oneAtATime } from "./work.js";

/** A form that creates a coupon; then `saved(said)` is called. */
export function couponForm(saved) {
  const input = (id, more = {}) => h("input", { id: `coupon-${id}`, autocomplete: "off", ...more });
  const code = input("code", { maxlength: 40, required: true });
  const kind = h("select", { id: "coupon-kind" }, h("option", { value: "percent" }, "Percent"), h("option", { value: "amount" }, "An amount"));
  const value = input("value", { inputmode: "decimal", required: true });
  const currency = input("currency", { maxlength: 3, value: "EUR" });
  const course = h("select", { id: "coupon-course" }, h("option", { value: "" }, "All courses"), state.courses.map(({ id, title }) => h("option", { value: id }, title)));
  const until = input("until", { type: "datetime-local" });
  const uses = input("uses", { type: "number", min: 1, max: 1_000_000 });
  const each = input("each", { type: "number", min: 1, max: 1_000_000 });
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const tell = (message) => ((trouble.hidden = !message), (trouble.textContent = message));
  const once = oneAtATime((problem) => problem.status !== 401 && tell([problem.message, ...(problem.fields ?? [])].join(" ")));
  const field = (name, element) => h("div", { class: "field" }, h("label", { for: element.id }, name), element);
  const currencyField = field("Currency", currency);
  currencyField.hidden = true;
  kind.addEventListener("change", () => (currencyField.hidden = kind.value === "percent"));

  const discount = () => {
    if (kind.value === "percent") return { percent: Number(value.value) };
    const money = currency.value.trim().toLowerCase();
    return { amount_off: minorUnits(value.value, money), currency: money };
  };
  const create = () =>
    once(async () => {
      tell("");
      if (kind.value === "amount" && Number.isNaN(discount().amount_off)) return value.focus(), tell("Enter an amount of money, such as 10.50.");
      await send("POST", "/admin/coupons", {
        code: code.value.trim(),
        ...discount(),
        course_ids: course.value ? [course.value] : null,
        ends_at: until.value ? new Date(until.value).toISOString() : null,
        max_uses: uses.value ? Number(uses.value) : null,
        max_uses_per_user: each.value ? Number(each.value) : null,
      });
      await saved(`${code.value.trim()} is created.`);
    });
  return h(
    "form",
    { class: "coupon", novalidate: true, "aria-label": "Create a coupon", submit: (event) => (event.preventDefault(), create()) },
    h(
      "div",
      { class: "toolbar" },
      field("Code", code),
      field("Takes off", kind),
      field("How much", value),
      currencyField,
      field("For", course),
      field("Valid until (empty: always)", until),
      field("Uses in all (empty: any)", uses),
      field("Uses per buyer (empty: any)", each),
    ),
    trouble,
    h("div", { class: "actions" }, h("button", { type: "submit" }, "Create it")),
  );
}
