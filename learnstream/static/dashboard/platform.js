// The figures of the platform, and the state of its payments, mails and files.

import { h } from "../dom.js";
import { address } from "./address.js";
import { grid, listing, tiles } from "./cards.js";
import { timeCharts } from "./days.js";
import { count, instant, longDay, size, span } from "./format.js";
import { revenueCard } from "./revenue.js";
import { countColumns, courseTiles, reachedChart } from "./totals.js";

const lessonAddress = ({ lesson_id: id }) => address("lessons", id);
const courseAddress = ({ course_id: id }) => address("courses", id);

export function platformView(figures, csv) {
  return [
    courseTiles(figures),
    grid(...timeCharts(figures, csv("/admin", "days")), reachedChart(figures)),
    lessonList("Watched most", figures.top_videos, "No lesson has been watched yet.", csv("/admin", "lessons")),
    lessonList(
      "Losing their learners",
      figures.losing_lessons,
      "No lesson that at least ten learners began was left by more than half of them.",
    ),
    failedVideos(figures.failed_videos),
    revenueCard(figures.revenue),
    salesCard(),
    moderationCard(),
    paymentsCard(figures.payments),
    mailCard(figures.mail),
    filesCard(figures.files),
  ];
}

function lessonList(title, found, empty, csv) {
  const columns = [
    { name: "Lesson", of: ({ lesson_title: name }) => name, link: lessonAddress },
    { name: "Course", of: ({ course_title: name }) => name, link: courseAddress },
    ...countColumns(),
  ];
  return listing(title, columns, found, empty, csv);
}

function failedVideos(found) {
  const columns = [
    { name: "Lesson", of: ({ lesson_title: name }) => name, link: lessonAddress },
    { name: "Course", of: ({ course_title: name }) => name, link: courseAddress },
    { name: "What went wrong", of: ({ error }) => error },
    { name: "Since", of: ({ failed_at: day }) => longDay(day) },
  ];
  return listing("Videos that failed", columns, found, "All videos could be processed.");
}

function salesCard() {
  const way = (kind, id, name, about) => h("li", {}, h("a", { href: address(kind, id) }, name), h("small", {}, about));
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Sales"),
    h(
      "ul",
      { class: "ways" },
      way("orders", "all", "Orders", "Who bought what; payments, refunds and disputes."),
      way("coupons", "active", "Coupons", "Codes that take something off prices."),
    ),
  );
}

function moderationCard() {
  const link = h("a", { href: address("moderation", "reported") }, "Reported and hidden reviews");
  return h("section", { class: "card" }, h("h2", {}, "Reviews"), h("ul", { class: "ways" }, h("li", {}, link, h("small", {}, "What readers complain of, to hide or to let stand."))));
}

function paymentsCard(payments) {
  if (!payments?.configured) return null;
  const { events, orders, reconciliation } = payments;
  const { finished_at: finished, corrected, last_error: error, undelivered_at: undelivered } = reconciliation;
  const { pending, parked, seconds } = events;
  const lost = undelivered ? `could not be delivered ${instant(undelivered)}` : null;
  const waiting = pending ? `the oldest event for ${span(seconds)}` : lost;
  const shown = tiles([
    ["Open orders", count(orders.pending), orders.hanging ? `${count(orders.hanging)} hang, listed at /admin/status` : null],
    ["Events waiting", count(pending), parked ? `${count(parked)} were given up, listed at /admin/payment-events` : waiting],
    ["Last reconciled", finished ? instant(finished) : "–", error ? "the last run failed, see /admin/status" : `${count(corrected)} mended`],
  ]);
  return h("section", { class: "card" }, h("h2", {}, "Payments"), shown);
}

function mailCard(mail) {
  if (!mail) return null;
  const { configured, queued, seconds, failed, last_sent_at: last } = mail;
  const shown = configured
    ? tiles([
        ["Waiting", count(queued), queued ? `the oldest for ${span(seconds)}` : null],
        ["Failed", count(failed), failed ? "listed at /admin/mails, where they can be retried" : null],
        ["Last sent", last ? instant(last) : "–"],
      ])
    : h("p", { class: "empty" }, "No mail server is configured, so no mails are sent.");
  return h("section", { class: "card" }, h("h2", {}, "Mail"), shown);
}

function filesCard(files) {
  if (!files) return null;
  const { processing, seconds, swept_at: swept, removed } = files;
  const all = Object.values(removed);
  const sum = (name) => all.reduce((total, each) => total + each[name], 0);
  const shown = tiles([
    ["Being checked", count(processing), processing ? `the oldest for ${span(seconds)}` : null],
    ["Removed", count(sum("count")), `${size(sum("bytes"))}, of which ${count(removed.unused.count)} were unused`],
    ["Last swept", swept ? instant(swept) : "–"],
  ]);
  return h("section", { class: "card" }, h("h2", {}, "Files"), shown);
}
