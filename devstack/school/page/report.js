// Asks in a dialog why a review is reported.
import { h } from "./dom.js";
import { find } from "./sign-in.js";

const REASONS = { spam: "Advertising or spam", offensive: "Offensive", off_topic: "Not about this", privacy: "Tells of somebody's private life", other: "Something else" };

const dialog = find("report"), form = dialog?.querySelector("form");
form?.elements.reason.append(...Object.entries(REASONS).map(([value, text]) => h("option", { value }, text)));

// Returns what to report, or null if it was cancelled.
export function askForReason() {
  form.reset();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const text = form.elements.text.value.trim();
      resolve(dialog.returnValue ? { reason: form.elements.reason.value, ...(text && { text }) } : null);
    }, { once: true });
  });
}
