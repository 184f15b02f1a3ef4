// Revenue by day or by course, for administrators, and its card among the figures of the platform. Currencies stay apart.

import { announce, h } from "../dom.js";
import { listing, tiles } from "./cards.js";
import { chartCard } from "./charts.js";
import { fileButton } from "./downloads.js";
import { longDay, money, shortDay } from "./format.js";
import { choose, fill, head, trail } from "./page.js";
import { getInZone, range } from "./period.js";

const WAYS = { day: "By day", course: "By course" };
const TITLE = "Revenue";
const A_DAY = 24 * 60 * 60 * 1000;
const TESTS = "Payments of tests, not real money.";
const ADDRESS = "#/revenue/day";

export async function showRevenue({ id }, isCurrent) {
  const by = id in WAYS ? id : "day";
  const [found, sums] = await Promise.all([read(by), read("currency")]);
  if (!isCurrent()) return;
  head(TITLE, [found.mode === "test" ? TESTS : null, `Days are in the time zone ${found.tz}.`].filter(Boolean).join(" "));
  trail({ title: TITLE }, "revenue");
  choose("");
  fill([tabs(by), ...view(by, found, sums.rows)]);
  announce(`${TITLE} ${WAYS[by].toLowerCase()} is shown.`);
}

/** Get the revenue of the days that are chosen. */
export function read(by) {
  const query = range();
  query.set("by", by);
  return getInZone("/admin/revenue", query);
}

/** The card among the figures of the platform; none if it could not be read. */
export function revenueCard(revenue) {
  if (!revenue) return null;
  const { rows, mode } = revenue;
  const shown = rows.length
    ? tiles(rows.map((row) => [row.currency.toUpperCase(), money(row, "net"), `net, of ${money(row, "gross")} gross`]))
    : h("p", { class: "empty" }, "Nothing was sold or refunded in these days.");
  const link = h("a", { href: ADDRESS }, "Revenue by day and course");
  const about = h("small", {}, mode === "test" ? TESTS : "What was sold, refunded and disputed, and the tax.");
  return h("section", { class: "card amounts" }, h("h2", {}, TITLE), shown, h("ul", { class: "ways" }, h("li", {}, link, about)));
}

function tabs(by) {
  const links = Object.entries(WAYS).map(([name, text]) =>
    h("li", {}, h("a", { href: `#/revenue/${name}`, "aria-current": name === by ? "page" : null }, text)),
  );
  return h("nav", { "aria-label": "Which revenue" }, h("ul", { class: "tabs" }, links));
}

function view(by, found, sums) {
  if (!sums.length) return [h("p", { class: "card empty" }, "Nothing was sold or refunded in these days.")];
  const csv = () => fileButton("CSV", `/admin/revenue.csv?${new URLSearchParams({ by, mode: found.mode, from: found.from, to: found.to, tz: found.tz })}`, `revenue ${WAYS[by].toLowerCase()}`);
  const shown = by === "day" ? (sum) => chart(found, sum, csv) : () => null;
  const parts = sums.map((sum) => h("section", { class: "cards amounts", "aria-label": sum.currency.toUpperCase() }, figures(sum), shown(sum)));
  return by === "day" ? parts : [...parts, courses(found.rows, csv)];
}

function figures(sum) {
  const name = sum.currency.toUpperCase();
  return tiles([
    [`Net, ${name}`, money(sum, "net"), "without tax"],
    ["Gross", money(sum, "gross"), "at list prices, with tax"],
    ["Discounts", money(sum, "discounts"), "by coupons"],
    ["Refunds", money(sum, "refunds"), "with tax"],
    ["Disputes", money(sum, "disputes"), "with tax"],
    ["Tax", money(sum, "tax"), "less that of what went back"],
  ]);
}

function chart({ rows, from, to }, sum, csv) {
  const { currency, decimals } = sum;
  const of = new Map(rows.filter((row) => row.currency === currency).map((row) => [row.day, row]));
  const days = daysFrom(from, to);
  const values = (amount) => days.map((day) => (of.has(day) ? amount(of.get(day)) / 10 ** decimals : 0));
  const show = (value) => money({ currency, decimals, value: Math.round(value * 10 ** decimals) }, "value");
  const name = currency.toUpperCase();
  return chartCard({
    title: `By day, ${name}`,
    rowName: "Day",
    labels: days.map(shortDay),
    names: days.map(longDay),
    unit: name,
    series: [
      { name: "Net", values: values(({ net }) => net), show },
      { name: "Refunds and disputes", values: values(({ refunds, disputes }) => refunds + disputes), show },
    ],
    summary: `${money(sum, "net")} net in these days.`,
    empty: "Nothing was earned or given back in these days.",
    csv: csv(),
  });
}

function courses(rows, csv) {
  const amount = (title, name) => ({ name: title, number: true, of: (row) => money(row, name) });
  const columns = [
    { name: "Course", of: ({ course_title: title }) => title, link: ({ course_id: id }) => `#/courses/${id}` },
    amount("Net", "net"),
    amount("Gross", "gross"),
    amount("Discounts", "discounts"),
    amount("Refunds", "refunds"),
    amount("Disputes", "disputes"),
    amount("Tax", "tax"),
  ];
  return listing("By course", columns, rows, "", csv());
}

function daysFrom(from, to) {
  const days = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += A_DAY) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
