// The dashboard: signs in, follows the address (see address.js) and shows what the API answers.

import { announce, byId } from "../dom.js";
import { get, mayResume, Problem, signOut, whenEnded } from "../session.js";
import { ask, listen as listenToForm } from "../sign-in.js";
import { read } from "./address.js";
import { showAnnouncements } from "./announcements.js";
import { fillCourses, findGroup, listenToChoices, readChoices } from "./choices.js";
import { showCoupons } from "./coupons.js";
import { showFigures } from "./figures.js";
import { showGradebook } from "./gradebook.js";
import { showGroup } from "./group.js";
import { showHomework } from "./homework.js";
import { showMarking } from "./marking.js";
import { showModeration } from "./moderation.js";
import { showOrder } from "./order.js";
import { showOrders } from "./orders.js";
import { beBusy, fill, notify, showNothing, showProblem } from "./page.js";
import { choosePeriod, complainAtDays, listenToPeriod, showPeriod } from "./period.js";
import { showReading } from "./reading.js";
import { showRevenue } from "./revenue.js";
import { showReviews } from "./reviews.js";
import { state } from "./state.js";
import { showSubmission } from "./submission.js";

// Views without days; all others are figures, or of money.
const UNDATED = {
  groups: showGroup,
  marking: showMarking,
  homework: showHomework,
  submissions: showSubmission,
  grades: showGradebook,
  reading: showReading,
  reviews: showReviews,
  announcements: showAnnouncements,
  "group-announcements": showAnnouncements,
  moderation: showModeration,
  orders: showOrders,
  order: showOrder,
  coupons: showCoupons,
};

const DATED = { revenue: showRevenue };

let asked = 0;

// --- who is here

async function enter() {
  state.person = await get("/users/me");
  if (state.person.role === "student") {
    await signOut();
    throw new Problem(403, { detail: "The dashboard is for instructors and administrators." });
  }
  await readChoices();
  byId("name").textContent = state.person.name;
  showSignedIn(true);
  await show();
}

function showSignedIn(yes) {
  byId("signed-in").hidden = byId("who").hidden = !yes;
  byId("signed-out").hidden = yes;
}

function showSignIn(message = "") {
  state.person = state.group = null;
  fill([]);
  document.title = "Sign in · LearnStream";
  showSignedIn(false);
  ask(byId("sign-in"), message);
}

async function enterFromForm() {
  await enter();
  byId("title").focus();
}

// --- where we are

function place() {
  const { courses, groups, person } = state;
  const found = read(location.hash);
  if (found.kind) return found;
  if (person.role === "admin") return { kind: "admin" };
  if (!courses.length && groups.length) return { kind: "groups", id: String(groups[0].id), group: String(groups[0].id) };
  return { kind: "courses", id: courses[0]?.id };
}

async function show() {
  const found = place();
  const turn = (asked += 1);
  const isCurrent = () => turn === asked;
  notify("");
  showPeriod(!(found.kind in UNDATED));
  if (found.kind === "courses" && !found.id) return showNothing();
  beBusy(true);
  try {
    const group = await findGroup(found.group);
    if (!isCurrent()) return;
    state.group = group;
    fillCourses();
    await (UNDATED[found.kind] ?? DATED[found.kind] ?? showFigures)(found, isCurrent, show);
  } catch (problem) {
    if (isCurrent() && problem.status !== 401 && !complainAtDays(problem)) showProblem(problem, show);
  } finally {
    if (isCurrent()) beBusy(false);
  }
}

// --- beginnings

function listen() {
  listenToForm(byId("sign-in"), enterFromForm, showSignIn);
  byId("sign-out").addEventListener("click", async () => {
    await signOut().catch(() => {});
    showSignIn();
    announce("You are signed out.");
  });
  byId("choice").addEventListener("submit", (event) => (event.preventDefault(), show()));
  listenToChoices();
  listenToPeriod(show);
  window.addEventListener("hashchange", async () => {
    if (!state.person) return;
    await show();
    byId("title").focus();
  });
  whenEnded(() => showSignIn("Your session has ended. Sign in again."));
}

async function begin() {
  listen();
  choosePeriod(30);
  if (!mayResume()) return showSignIn();
  try {
    await enter();
  } catch (problem) {
    if (problem.status !== 401) showSignIn(problem.message);
  }
}

begin();
