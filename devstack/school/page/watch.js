// Sign in, pick a lesson, watch it: an example of a school's page that uses LearnStream's API.
import { call, isSignedIn } from "./api.js";
import { showDocument } from "./document.js";
import { queue } from "./heartbeat-queue.js";
import { reportProgress } from "./heartbeat.js";
import { element, find, refuse, whenSignedIn } from "./sign-in.js";

const HLS = "application/vnd.apple.mpegurl";
const REASONS = {
  over_budget: "Some of it was not credited: more than could be watched in that time.",
  beyond_end: "Some of it was not credited: it lies behind the end.",
  not_recorded: "Nothing is recorded: you teach this course and have no seat in it.",
};
const video = find("video");

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function show({ fraction, watched_seconds, completed, rejected = [] }) {
  find("done").value = fraction;
  // Nothing of other kinds is watched.
  if (video.hidden) return void (find("state").textContent = completed ? "Completed" : "Not completed yet");
  const share = `${watched_seconds} s watched, ${Math.floor(fraction * 100)} %`;
  find("state").textContent = completed ? `Completed · ${share}` : share;
  find("why").textContent = rejected.length ? REASONS[rejected[0].reason] : "";
}

// Signing in reloads the page, so this is never called with another user's token.
async function send(lessonId, heartbeat) {
  const answer = await call("PUT", `/lessons/${lessonId}/progress`, heartbeat).catch(() => null);
  if (answer?.body && location.hash === `#${lessonId}`) {
    if (answer.ok) show(answer.body);
    else find("why").textContent = answer.body.detail;
  }
  return answer && answer.body;
}

async function play(lesson, progress, report) {
  const playback = await call("GET", `/lessons/${lesson.id}/playback`);
  if (!playback.ok) return void (find("why").textContent = playback.body.detail);
  if (!video.canPlayType(HLS)) find("why").textContent = "This browser cannot play HLS by itself; a recent Chromium can.";
  const from = progress.position < progress.duration - 1 ? progress.position : 0;
  video.src = playback.body.manifest_url;
  video.addEventListener("loadedmetadata", () => (video.currentTime = from), { once: true });
  find("resumed").textContent = from ? `Going on at ${clock(from)}.` : "";
  reportProgress(video, playback.body.viewing_id, (heartbeat) => report(lesson.id, heartbeat));
}

const opened = async (lesson) => show((await call("PUT", `/lessons/${lesson.id}/progress`, { opened: true })).body);

async function read(lesson) {
  find("text").textContent = (await call("GET", `/lessons/${lesson.id}`)).body.body;
  find("text").hidden = false;
  await opened(lesson);
}

async function readDocument(lesson) {
  await showDocument(lesson);
  await opened(lesson);
}

const linkTo = (page, text) => ({ id }) => find("about").replaceChildren(element("a", text, { href: `/${page}#${id}` }));

const OPEN = {
  video: play,
  text: read,
  document: readDocument,
  quiz: linkTo("quiz", "Take the quiz"),
  assignment: linkTo("homework", "Do the homework"),
};

async function open(lesson, report) {
  const progress = await call("GET", `/lessons/${lesson.id}/progress`);
  if (!progress.ok) return refuse(progress.body);
  find("title").textContent = lesson.title;
  video.hidden = lesson.kind !== "video";
  find("lesson").hidden = false;
  show(progress.body);
  try {
    await OPEN[lesson.kind](lesson, progress.body, report);
  } catch (problem) {
    find("why").textContent = problem?.detail;
  }
}

// A lesson has its own URL, so that a reload returns to it; each starts on a reloaded page.
function choose(lesson) {
  location.hash = lesson.id;
  location.reload();
}

function row(lesson) {
  const button = element("button", lesson.title, { type: "button", onclick: () => choose(lesson) });
  if (location.hash === `#${lesson.id}`) button.setAttribute("aria-current", "true");
  const item = element("li");
  item.append(button);
  return item;
}

async function list() {
  const seats = await call("GET", "/users/me/enrollments?page_size=100");
  if (!isSignedIn()) return; // the session has ended
  const report = queue((await call("GET", "/users/me")).body.id, send);
  await report(); // what an earlier visit could not send
  for (const { course_id, course } of seats.body.filter(({ status }) => status !== "withdrawn")) {
    const lessons = (await call("GET", `/courses/${course_id}/lessons`)).body;
    const order = element("ol");
    order.append(...lessons.map(row));
    find("courses").append(element("h2", course.title), order);
    const chosen = lessons.find(({ id }) => location.hash === `#${id}`);
    if (chosen) await open(chosen, report);
  }
}

await whenSignedIn(list);
