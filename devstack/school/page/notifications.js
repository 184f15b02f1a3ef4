// What a person is told: notices, which are read here, and for each kind of them whether it comes here and by mail.
import { ask } from "./api.js";
import { showUnread } from "./bell.js";
import { h } from "./dom.js";
import { at } from "./homework-past.js";
import { fillList } from "./parts.js";
import { showPreferences } from "./preferences.js";
import { count } from "./quiz-text.js";
import { find, refuse, say, whenSignedIn } from "./sign-in.js";

const PART = 20;
let newest = null; // the latest time of what is listed: all up to then can be marked as read
const PAGES = { course: "course", lesson: "", book: "book", order: "orders" };
const OTHERS = new Set(["payment_at_risk"]); // what administrators are told is about other people's orders

async function markRead(body, said) {
  const { unread } = await ask("POST", "/notifications/read", body);
  say("unread-count", `${said} ${count(unread, "unread notification")}.`);
  await showUnread();
}

function row({ id, kind, text, target, read_at: read, updated_at: updated }) {
  const page = OTHERS.has(kind) ? undefined : PAGES[target.kind];
  const words = page === undefined ? h("span", { dir: "auto" }, text) : h("a", { href: `/${page}#${target.id}`, dir: "auto" }, text);
  const item = h("li", { class: read ? "notice" : "notice unread" }, h("div", {}, words, h("small", {}, at(updated))));
  if (read) return item;
  const act = async () => {
    await markRead({ ids: [id] }, "Marked as read.");
    item.classList.remove("unread");
    mark.remove();
    item.tabIndex = -1;
    item.focus();
  };
  const mark = h("button", { type: "button", "aria-label": `Mark as read: ${text}`, click: () => act().catch(refuse) }, "Mark as read");
  item.append(mark);
  return item;
}

async function list() {
  const query = new URLSearchParams({ limit: PART, ...(find("only-unread").checked && { unread: true }) });
  const { body } = await fillList({ path: "/notifications", query, list: find("notices"), more: find("more-notices"), row, empty: "Nothing here." });
  newest = body.map(({ updated_at: updated }) => updated).sort().at(-1);
  find("read-all").hidden = !body.some(({ read_at: read }) => read === null);
}

async function readAll() {
  await markRead({ before: newest }, "All are marked as read.");
  await list();
  find("title").focus();
}

async function open() {
  const { unread } = await ask("GET", "/notifications/count");
  say("unread-count", `${count(unread, "unread notification")}.`);
  await Promise.all([list(), showPreferences()]);
  find("notifications").hidden = false;
}

find("only-unread").addEventListener("change", () => list().catch(refuse));
find("read-all").addEventListener("click", () => readAll().catch(refuse));
await whenSignedIn(() => open().catch(refuse));
