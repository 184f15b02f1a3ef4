// The days whose figures are shown, in the reader's time zone.

import { byId } from "../dom.js";
import { get } from "../session.js";
import { state } from "./state.js";

const UTC = "UTC";
const FIELDS = ["from", "to"];

let zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? UTC;

/** Call `listener` when another period is chosen. */
export function listenToPeriod(listener) {
  byId("period").addEventListener("change", ({ target }) => target.value && (choosePeriod(Number(target.value)), listener()));
  for (const id of FIELDS) byId(id).addEventListener("change", () => (byId("period").value = ""));
}

export function choosePeriod(length) {
  const today = new Date();
  byId("to").value = isoDay(today);
  byId("from").value = isoDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - (length - 1)));
}

/** Return the reader's day. */
const isoDay = (time) =>
  [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

/** The parameters of figures: the days, and the group whose learners are shown. */
export const range = () =>
  new URLSearchParams({ from: byId("from").value, to: byId("to").value, tz: zone, ...(state.group && { group_id: state.group.id }) });

/** Get figures by days of the browser's time zone; of UTC, if the server does not know it. */
export async function getInZone(path, query = range()) {
  try {
    return await get(`${path}?${query}`);
  } catch (problem) {
    if (zone === UTC || !problem.names("tz")) throw problem;
    zone = UTC;
    query.set("tz", zone);
    return get(`${path}?${query}`);
  }
}

/** Hide the fields in views that have no days. */
export function showPeriod(yes) {
  for (const field of FIELDS) complain(field);
  for (const element of document.querySelectorAll(".day")) element.hidden = !yes;
}

/** Say at the fields what is wrong with them; false if nothing is. */
export function complainAtDays(problem) {
  const wrong = FIELDS.filter((field) => problem.names(field));
  for (const field of wrong) complain(field, problem.about(field));
  if (wrong.length) byId(wrong[0]).focus();
  return wrong.length > 0;
}

function complain(field, message = "") {
  byId(`${field}-wrong`).textContent = message;
  if (message) byId(field).setAttribute("aria-invalid", "true");
  else byId(field).removeAttribute("aria-invalid");
}
