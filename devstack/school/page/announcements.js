// What the staff of a course has announced, the latest first.
import { h } from "./dom.js";
import { at } from "./homework-past.js";
import { paragraphsOf } from "./markdown.js";
import { fillList } from "./parts.js";
import { find } from "./sign-in.js";

const PART = 5;

function row({ title, text, published_at: published, edited_at: edited }) {
  const when = `${at(published)}${edited ? `, edited on ${at(edited)}` : ""}`;
  return h("li", { class: "announcement" }, h("h4", { dir: "auto" }, title), h("small", {}, when), h("div", { dir: "auto" }, paragraphsOf(text)));
}

export async function showAnnouncements(path) {
  const query = new URLSearchParams({ limit: PART });
  const { body } = await fillList({ path: `${path}/announcements`, query, list: find("announcements"), more: find("more-announcements"), row, empty: "" });
  find("announcements-part").hidden = !body.length;
}
