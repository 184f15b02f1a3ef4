// The part that all pages share: the form to sign in, and the button to sign out.
import { isSignedIn, signIn, signOut } from "./api.js";

export const find = (id) => document.getElementById(id);

export function element(name, text = "", properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, properties);
}

// Screen readers announce what changes, so nothing is written again.
export function say(id, text) {
  if (find(id).textContent !== text) find(id).textContent = text;
}

export function refuse(problem) {
  find("refused").textContent = problem?.detail ?? "LearnStream does not answer.";
}

// A `catch` for what not everybody has: null where the API says so. That it does not answer is no such answer.
export function absent(problem) {
  if (!problem || problem.status >= 500) throw problem;
  return null;
}

function showSession() {
  find("sign-in").hidden = isSignedIn();
  find("leave").hidden = !isSignedIn();
}

// Calls `show` if somebody is signed in. Signing in and out reloads the page: it never has data of two people.
export async function whenSignedIn(show) {
  showSession();
  if (isSignedIn()) await show();
  showSession(); // the session may have ended
}

find("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  const answer = await signIn(email, password);
  if (answer.ok) location.reload();
  else refuse(answer.body);
});
find("leave").addEventListener("click", async () => {
  await signOut();
  location.assign(location.pathname);
});
