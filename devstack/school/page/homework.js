// A student does homework: an example of a school's page that uses LearnStream's API.
import { ask, call, isSignedIn } from "./api.js";
import { keepDraft, keptContent } from "./homework-draft.js";
import { listFiles, listenToFiles } from "./homework-files.js";
import { at, contentOf, duration, submissionOf } from "./homework-past.js";
import { rubricOf } from "./homework-rubric.js";
import { listLessons } from "./lessons.js";
import { paragraphsOf } from "./markdown.js";
import { count } from "./quiz-text.js";
import { element, find, refuse, say, whenSignedIn } from "./sign-in.js";

const form = find("draft"), fields = form.elements;

function describe({ points }, { due_at: due, accepted_until: until, attempts_left: left }) {
  return [
    count(points, "point"),
    due ? `due ${at(due)}` : "no due date",
    until && `accepted until ${at(until)}`,
    left !== null && `${left === 1 ? "1 submission" : `${left} submissions`} left`,
  ].filter(Boolean).join(" · ");
}

const policy = (late) => (late ? `Each ${late.per} late takes ${late.percent}\u00a0% of the points; ${late.floor_percent}\u00a0% of them remain at least.` : "");

function showTask({ title, assignment }) {
  find("title").textContent = title;
  find("late-policy").textContent = policy(assignment.late);
  find("instructions").replaceChildren(...paragraphsOf(assignment.instructions));
  listFiles(find("attachments"), assignment.attachments.map(({ id, ...file }) => ({ file_id: id, ...file })));
  find("rubric").append(rubricOf(assignment.rubric));
  find("rubric").hidden = !assignment.rubric.length;
  find("homework").hidden = false;
}

function showPast({ submissions }) {
  find("submissions").replaceChildren(...submissions.map(submissionOf));
  find("past").hidden = !submissions.length;
}

const REASONS = {
  submission_closed: "Nothing is accepted any more.",
  submissions_exhausted: "You have used all your submissions.",
  not_open_again: "You have handed it in. You can hand in again if your teacher returns it.",
};
const AWAY = "The network is away. What you write is kept in this browser, and saved as soon as the network is back.";
const saved = (draft) => (draft.isSaved() ? "Everything is saved." : "Not saved yet.");

function reason({ problem, away }) {
  const wrong = Object.values(problem?.errors?.json ?? {}).flat();
  return away ? AWAY : problem ? [problem.detail, ...wrong].join(" ") : "";
}

function showDraft(draft, kinds) {
  const { content, other } = draft;
  for (const name of ["text", "url"]) if (fields[name].value !== content[name]) fields[name].value = content[name];
  listFiles(find("files"), content.files, (file) => draft.change({ files: content.files.filter((each) => each !== file) }));
  for (const kind of ["text", "url", "files"]) (find(`${kind}-part`) ?? fields[kind]).hidden = !kinds.includes(kind);
  say("saved", saved(draft));
  say("trouble", reason(draft));
  if (!isSignedIn()) find("sign-in").hidden = false; // signing in leads back to the draft
  find("hand-in").disabled = Boolean(other);
  if (other && find("other").hidden) showOther(draft);
  find("other").hidden = !other;
}

function showOther({ other }) {
  find("other-content").replaceChildren(...contentOf(other));
  find("other").hidden = false;
  find("other-heading").focus();
}

function write(lesson, answer, key) {
  const { assignment } = lesson, path = `/lessons/${lesson.id}/submission`;
  const draft = keepDraft(path, key, { draft: answer.body.draft, etag: answer.etag }, show);
  const isSending = listenToFiles(assignment, (file) => draft.change({ files: [...draft.content.files, file] }));
  fields.text.maxLength = assignment.max_length;
  find("writing").hidden = false;
  show();
  if (!draft.isSaved()) draft.save();

  function show() {
    showDraft(draft, assignment.kinds);
  }

  for (const name of ["text", "url"]) fields[name].addEventListener("input", ({ target }) => draft.change({ [name]: target.value }));
  form.addEventListener("submit", (event) => (event.preventDefault(), draft.save()));
  find("keep-mine").addEventListener("click", () => draft.choose(draft.content).then(() => fields.text.focus()));
  find("take-other").addEventListener("click", () => draft.choose(draft.other).then(() => fields.text.focus()));
  find("hand-in").addEventListener("click", async () => {
    if (isSending()) return say("trouble", "A file is still being sent.");
    const receipt = await draft.handIn();
    if (!receipt) return;
    sessionStorage.setItem("receipt", JSON.stringify({ lesson: lesson.id, ...receipt }));
    location.reload();
  });
}

// What was handed in just now is said once, on the page as it is after that.
function showReceipt(lesson) {
  const receipt = JSON.parse(sessionStorage.getItem("receipt"));
  if (receipt?.lesson !== lesson.id) return;
  sessionStorage.removeItem("receipt");
  const { number, submitted_at: submitted, late_seconds: late, digest } = receipt;
  find("receipt").textContent = `Handed in as number ${number} on ${at(submitted)}${late ? `, ${duration(late)} late` : ""}. Receipt: ${digest}`;
  find("title").focus();
}

async function open({ id }, personId) {
  const [lesson, answer] = await Promise.all([ask("GET", `/lessons/${id}`), call("GET", `/lessons/${id}/submission`)]);
  if (!answer.ok) throw answer.body;
  showTask(lesson);
  find("about").textContent = describe(lesson.assignment, answer.body);
  showPast(answer.body);
  const key = `homework ${personId} ${id}`;
  if (answer.body.may_submit) write(lesson, answer, key);
  else refuseMore(answer.body.reason, keptContent(key));
  showReceipt(lesson);
}

// What was written too late to be saved is still the learner's.
function refuseMore(why, kept) {
  find("why-not").textContent = REASONS[why];
  if (kept) find("kept").append(element("h3", "What was not saved"), ...contentOf(kept));
}

async function list() {
  const person = await ask("GET", "/users/me");
  const found = await listLessons("assignment", find("list"), location.hash.slice(1));
  if (found) await open(found, person.id);
}

// The address of homework is `#<lesson>`; each starts on a reloaded page.
window.addEventListener("hashchange", () => location.reload());
await whenSignedIn(() => list().catch(refuse));
