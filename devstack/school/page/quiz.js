// A student takes a quiz: an example of a school's page that uses LearnStream's API and its script `attempt.js`.
import { ask, isSignedIn } from "./api.js";
import { sendLeft, takeAttempt } from "./attempt.js";
import { listLessons } from "./lessons.js";
import { askQuestions } from "./quiz-questions.js";
import { clock, showResult } from "./quiz-result.js";
import { count } from "./quiz-text.js";
import { element, find, refuse, say, whenSignedIn } from "./sign-in.js";

// The address of a quiz is `#<lesson>`, that of an attempt `#<lesson>/<attempt>`, so that a reload returns to it.
const [lessonId, attemptId] = location.hash.slice(1).split("/");
const WARNINGS = [60, 300]; // seconds before the end

function describe({ question_count: questions, max_points: points, time_limit: seconds, attempts_allowed: attempts }) {
  const limits = [seconds && count(Math.ceil(seconds / 60), "minute"), attempts && count(attempts, "attempt")].filter(Boolean);
  return [count(questions, "question"), count(points, "point"), ...limits].join(" · ");
}

function listed(attempt) {
  const state = attempt.state === "submitted" ? `submitted ${new Date(attempt.submitted_at).toLocaleString()}` : "in progress";
  const score = attempt.score === null ? "" : `, ${count(attempt.score, "point")}`;
  const item = element("li");
  item.append(element("a", `Attempt ${attempt.number}: ${state}${score}`, { href: `#${lessonId}/${attempt.id}` }));
  return item;
}

async function showBefore(lesson) {
  const attempts = await ask("GET", `/lessons/${lesson.id}/attempts?limit=100`);
  find("attempts").append(...attempts.map(listed));
  find("code-part").hidden = !lesson.quiz.access_code_needed;
  find("start").querySelector("button").textContent = attempts[0]?.state === "in_progress" ? "Continue" : "Start";
  find("before").hidden = false;
  find("start").addEventListener("submit", async (event) => {
    event.preventDefault();
    const access_code = new FormData(event.target).get("code") || null;
    try {
      const attempt = await ask("POST", `/lessons/${lesson.id}/attempts`, { access_code });
      location.hash = `${lesson.id}/${attempt.id}`;
    } catch (problem) {
      refuse(problem);
    }
  });
}

const AWAY = "The network is away. What you write is kept in this browser, and saved as soon as the network is back.";

function showState({ timeLeft, unsaved: { length: unsaved }, problem, ending }) {
  find("time").textContent = timeLeft === null ? "No time limit" : `Time left: ${clock(Math.ceil(timeLeft))}`;
  find("saved").textContent = unsaved ? (problem ? `Not saved yet: ${count(unsaved, "answer")}` : "Saving …") : "Everything is saved.";
  say("network", problem ? problem.detail ?? AWAY : "");
  const warned = WARNINGS.find((seconds) => timeLeft !== null && timeLeft <= seconds);
  if (ending) say("announced", problem ? "The quiz will be submitted as soon as the network is back." : "Submitting …");
  else say("announced", warned ? `Less than ${count(warned / 60, "minute")} left.` : "");
  if (!isSignedIn()) find("sign-in").hidden = false; // signing in leads back to the attempt
}

function take(attempt, personId) {
  let shown = null;
  const quiz = takeAttempt(attempt, personId, ask, show);
  shown = askQuestions(find("questions"), quiz);
  show();

  function show() {
    shown?.update();
    for (const id of ["bar", "submitting"]) find(id).hidden = quiz.isOver;
    if (!quiz.isOver) return showState(quiz);
    for (const id of ["network", "announced"]) say(id, "");
    if (find("result").hidden) showResult(quiz);
  }

  const confirm = (open) => {
    find("confirm").hidden = !open;
    find("submit").hidden = open;
    find(open ? "go-on" : "submit").focus();
  };
  find("submit").addEventListener("click", () => {
    const blank = shown.blank();
    find("blank").textContent = `Without an answer that counts: ${count(blank, "question")}.`;
    if (blank) confirm(true);
    else quiz.submit();
  });
  find("go-on").addEventListener("click", () => confirm(false));
  find("submit-anyway").addEventListener("click", () => quiz.submit());
}

async function open(lesson, personId) {
  find("title").textContent = lesson.title;
  find("about").textContent = describe(lesson.quiz);
  find("back").href = `#${lesson.id}`;
  find("quiz").hidden = false;
  if (attemptId) take(await ask("GET", `/attempts/${attemptId}`), personId);
  else await showBefore(lesson);
}

async function list() {
  try {
    const person = await ask("GET", "/users/me");
    const late = await sendLeft(person.id, ask);
    if (late.length) find("handed-over").textContent = "Answers of an attempt that is over were sent to your teacher.";
    const found = await listLessons("quiz", find("list"), lessonId);
    if (found) await open(found, person.id);
  } catch (problem) {
    refuse(problem);
  }
}

// Each part starts on a reloaded page.
window.addEventListener("hashchange", () => location.reload());
await whenSignedIn(list);
