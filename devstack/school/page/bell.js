// The number of unread notifications, beside the link to them on every page. It is asked for while the page is looked at.
import { call, isSignedIn } from "./api.js";
import { find } from "./sign-in.js";

const PAUSE = 60_000; // milliseconds

let etag = null;

export async function showUnread() {
  if (!isSignedIn()) return;
  const answer = await call("GET", "/notifications/count", undefined, etag ? { "If-None-Match": etag } : {}).catch(() => null);
  if (!answer?.ok) return; // also 304: the number is the same
  etag = answer.etag;
  const { unread } = answer.body, bell = find("bell");
  find("unread").textContent = unread ? String(unread) : "";
  bell.setAttribute("aria-label", unread ? `Notifications, ${unread} unread` : "Notifications");
}

setInterval(() => document.visibilityState === "visible" && showUnread(), PAUSE);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && showUnread());
await showUnread();
