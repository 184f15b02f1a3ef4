// A teacher uploads a document and sees it in its lesson; everybody uploads a photo: an example of a school's page.
import { api, ask } from "./api.js";
import { describe, showDocument } from "./document.js";
import { element, find, refuse, whenSignedIn } from "./sign-in.js";
import { upload } from "./upload.js";

const NEW = element("option", "A new lesson", { value: "" });
const chosenLesson = () => find("lesson-choice").value;

// Sends the file of a form with a progress bar, then calls `use(file)` with what became of it.
function onUpload(form, purpose, use) {
  const parts = ["fieldset", ".sent", "progress", ".sent span", ".state"];
  const [fields, sent, bar, percent, state] = parts.map((each) => form.querySelector(each));
  const progress = (fraction) => {
    bar.value = fraction;
    percent.textContent = `${Math.floor(100 * fraction)} %`;
    if (fraction === 1) state.textContent = "Sent. It is being checked …";
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = form.elements.file.files[0];
    fields.disabled = true; // the file belongs to what is chosen now
    sent.hidden = false;
    progress(0);
    state.textContent = "Sending …";
    try {
      const ready = await upload(file, purpose, ask, progress);
      await use(ready);
      state.textContent = `Ready: ${describe(ready)}`;
      form.elements.file.value = "";
    } catch (problem) {
      state.textContent = `Refused: ${reason(problem)}`;
    }
    sent.hidden = true;
    fields.disabled = false;
    if (document.activeElement === document.body) form.elements.file.focus(); // disabled fields lose the focus
  });
}

const reason = (problem) => [problem?.detail ?? "LearnStream does not answer.", ...wrong(problem)].join(" ");
const wrong = (problem) => Object.values(problem?.errors?.json ?? {}).flat();

let choices = 0;

// Returns a function that tells whether that choice is still the latest: an answer to an earlier one changes nothing.
function latest() {
  const choice = (choices += 1);
  return () => choice === choices;
}

async function listLessons() {
  const isWanted = latest();
  const lessons = await ask("GET", `/courses/${find("course").value}/lessons?draft=true`);
  if (!isWanted()) return;
  const documents = lessons.filter(({ kind }) => kind === "document");
  find("lesson-choice").replaceChildren(NEW, ...documents.map(({ id, title }) => element("option", title, { value: id })));
}

async function chooseLesson() {
  find("title-part").hidden = find("new-title").disabled = chosenLesson() !== "";
  find("lesson").hidden = true;
  await showLesson(chosenLesson(), latest());
}

async function showLesson(id, isWanted) {
  if (!id) return;
  const lesson = await ask("GET", `/lessons/${id}?draft=true`);
  if (lesson.document) await showDocument(lesson, "?draft=true", isWanted);
}

async function chooseCourse() {
  find("lesson-choice").replaceChildren(NEW); // no lesson of another course can be chosen meanwhile
  await chooseLesson();
  await listLessons();
}

async function putIntoLesson({ id: file_id }) {
  let id = chosenLesson();
  if (!id) {
    const created = { title: find("new-title").value, kind: "document" };
    ({ id } = await ask("POST", `/courses/${find("course").value}/lessons`, created));
    await listLessons();
    find("lesson-choice").value = id;
    find("new-title").value = "";
  }
  await ask("PUT", `/lessons/${id}/document`, { file_id });
  await chooseLesson();
  find("title").focus();
}

async function publish() {
  find("published").textContent = "";
  const { version } = await ask("POST", `/courses/${find("course").value}/publish`, {});
  find("published").textContent = `Version ${version} is what learners see now.`;
}

function showPhoto(photo) {
  find("photo").hidden = find("remove-photo").hidden = !photo;
  find("no-photo").hidden = Boolean(photo);
  if (photo) find("photo").src = api + photo.medium;
}

async function usePhoto({ id: file_id }) {
  showPhoto(await ask("PUT", "/users/me/photo", { file_id }));
}

async function removePhoto() {
  await ask("DELETE", "/users/me/photo");
  showPhoto(null);
}

async function showCourses() {
  const courses = await ask("GET", "/users/me/courses?page_size=100");
  find("course").replaceChildren(...courses.map(({ id, title }) => element("option", title, { value: id })));
  find("publish").disabled = !courses.length;
  find("document-part").hidden = false;
  if (courses.length) await chooseCourse();
}

async function show() {
  const me = await ask("GET", "/users/me");
  showPhoto(me.photo);
  find("photo-part").hidden = false;
  if (me.role !== "student") await showCourses();
}

const guarded = (action) => () => action().catch(refuse);
find("course").addEventListener("change", guarded(chooseCourse));
find("lesson-choice").addEventListener("change", guarded(chooseLesson));
find("publish").addEventListener("click", guarded(publish));
find("remove-photo").addEventListener("click", guarded(removePhoto));
onUpload(find("document-form"), "document", putIntoLesson);
onUpload(find("photo-form"), "photo", usePhoto);
await whenSignedIn(guarded(show));
