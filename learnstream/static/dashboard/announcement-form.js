// The form of an announcement: title, text with a preview, and when it is published.

import { h } from "../dom.js";
import { paragraphsOf } from "../markdown.js";
import { send } from "../session.js";
import { isOutdated, oneAtATime } from "./work.js";

const TITLE = 200; // characters
const TEXT = 10_000;

let forms = 0;

/** A form that creates an announcement at `path`, or changes the given one there; then `saved(said)` is called. */
export function announcementForm({ path, announcement, saved, cancel }) {
  const number = (forms += 1);
  const published = announcement?.status === "published";
  const title = h("input", { id: `title-${number}`, maxlength: TITLE, required: true, dir: "auto", value: announcement?.title ?? "" });
  const text = h("textarea", { id: `text-${number}`, rows: 6, maxlength: TEXT, required: true, dir: "auto", input: () => show() }, announcement?.text ?? "");
  const time = h("input", { id: `time-${number}`, type: "datetime-local", value: announcement?.publish_at ? localTime(announcement.publish_at) : "" });
  const preview = h("div", { class: "written preview", role: "region", "aria-label": "Preview", dir: "auto" });
  const trouble = h("p", { class: "error", role: "alert", hidden: true });
  const show = () => preview.replaceChildren(...paragraphsOf(text.value));
  const fail = (problem) => ((trouble.hidden = false), (trouble.textContent = explain(problem)));
  const once = oneAtATime(fail);
  const content = () => ({ title: title.value.trim(), text: text.value.trim() });
  const due = () => (time.value ? new Date(time.value).toISOString() : null);
  const create = async (asDraft) => {
    await send("POST", path, { ...content(), ...(asDraft ? {} : time.value ? { publish_at: due() } : { status: "published" }) });
    await saved(`The announcement is ${asDraft ? "kept as a draft" : time.value ? "scheduled" : "published"}.`);
  };
  const change = async () => {
    await send("PATCH", path, { ...content(), ...(published ? {} : { publish_at: due() }) }, { "If-Match": announcement.etag });
    await saved(published ? "The announcement is changed. Nobody is told of it again." : "The announcement is changed.");
  };
  const submit = (event) => (event.preventDefault(), once(() => (announcement ? change() : create(event.submitter?.value === "draft"))));
  show();
  return h(
    "form",
    { class: "announcing", "aria-label": announcement ? "Change the announcement" : "Write an announcement", submit },
    h("label", { for: title.id }, "Title"),
    title,
    h("label", { for: text.id }, "Text (Markdown)"),
    text,
    h("h3", {}, "Preview"),
    preview,
    published ? null : [h("label", { for: time.id }, announcement ? "Publish at (empty: not yet)" : "Publish at (empty: at once)"), time],
    trouble,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit", value: "publish" }, announcement ? "Save" : "Publish or schedule"),
      announcement ? null : h("button", { type: "submit", value: "draft", class: "quiet" }, "Save as a draft"),
      cancel ? h("button", { type: "button", class: "quiet", click: cancel }, "Cancel") : null,
    ),
  );
}

/** An instant as a local time without its zone, as the field wants it. */
function localTime(instant) {
  const time = new Date(instant);
  return new Date(time - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function explain(problem) {
  if (isOutdated(problem)) return "The announcement has been changed in the meantime. Open this page anew.";
  return [problem.message, ...problem.fields].join(" ");
}
