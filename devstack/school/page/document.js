// Shows the document of a lesson in the page.
import { ask } from "./api.js";
import { find } from "./sign-in.js";

export const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const pages = (count) => (count ? [`${count} ${count === 1 ? "page" : "pages"}`] : []);

export const describe = (file) => [file.name, ...pages(file.pages), size(file.size)].join(", ");

// The URL is valid for some minutes. The browser's reader gets the document when it opens; a page that gets it piece by piece
// asks for a new URL after `renew_after`. Nothing is shown if the answer comes when the lesson `isWanted` no more.
export async function showDocument(lesson, query = "", isWanted = () => true) {
  const file = await ask("GET", `/lessons/${lesson.id}/document${query}`);
  if (!isWanted()) return;
  find("title").textContent = lesson.title;
  find("about").textContent = describe(file);
  find("document").title = `Document: ${file.name}`;
  find("document").src = file.url;
  find("document").hidden = false;
  find("lesson").hidden = false;
}
