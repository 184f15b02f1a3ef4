// For each kind of notification: whether it is listed here, and whether and when it comes by mail.
import { call } from "./api.js";
import { h } from "./dom.js";
import { find, say } from "./sign-in.js";

const NAMES = {
  course_version: "A course has a new version",
  announcement: "Announcements of my courses and groups",
  due_tomorrow: "Something is due tomorrow",
  work_submitted: "Learners handed in work",
  grades_released: "Grades are released",
  grade_changed: "A grade was changed",
  seat_given: "I was given a course",
  seat_ending: "My access to a course ends soon",
  review_replied: "My review was answered",
  review_hidden: "My review was hidden",
  import_finished: "An import is finished",
  mail_failing: "Mails fail",
  payment_received: "My payment arrived",
  payment_refunded: "I was refunded",
  payment_at_risk: "A payment is disputed",
};
const MODES = { at_once: "At once", daily: "Daily", never: "Never" };
const nameOf = (kind) => NAMES[kind] ?? kind.replaceAll("_", " ");

function row({ kind, in_app: inApp, mail }) {
  const name = nameOf(kind);
  const here = h("input", { type: "checkbox", name: `${kind} in_app`, checked: inApp, "aria-label": `${name}: here` });
  const options = Object.entries(MODES).map(([value, text]) => h("option", { value, selected: value === mail }, text));
  const byMail = h("select", { name: `${kind} mail`, "aria-label": `${name}: by mail` }, options);
  return h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, here), h("td", {}, byMail));
}

export async function showPreferences() {
  const form = find("preferences"), place = "/users/me/notification-preferences";
  let { etag, body } = await call("GET", place);
  const fill = () => find("kinds").replaceChildren(...body.preferences.map(row));

  async function save() {
    const fields = form.elements;
    const preferences = body.preferences.map(({ kind }) => ({ kind, in_app: fields[`${kind} in_app`].checked, mail: fields[`${kind} mail`].value }));
    const answer = await call("PUT", place, { preferences }, { "If-Match": etag }).catch(() => null);
    if (!answer?.ok) return say("saved", answer?.body?.detail ?? "LearnStream does not answer: nothing is saved.");
    ({ etag, body } = answer);
    say("saved", "Saved.");
  }

  form.addEventListener("submit", (event) => (event.preventDefault(), save()));
  form.addEventListener("input", () => say("saved", ""));
  fill();
}
