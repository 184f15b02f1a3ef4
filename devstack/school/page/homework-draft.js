// A draft of homework. It is saved a moment after each change, and kept in the browser until it is.
import { call } from "./api.js";

const MOMENT = 1_000, LATER = 5_000; // milliseconds after a change, and after the network did not answer

const contentOf = (draft) => ({ text: draft?.text ?? "", url: draft?.url ?? "", files: draft?.files ?? [] });
const bodyOf = ({ text, url, files }) => ({ text: text || null, url: url || null, file_ids: files.map(({ file_id: id }) => id) });
const same = (one, other) => JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));

// What was written in this browser and not saved; null if there is nothing.
export const keptContent = (key) => JSON.parse(localStorage.getItem(key))?.content ?? null;

// `path` is that of the submission, `key` where the browser keeps what is not saved, `show()` is called after each change.
// `other` is what another device saved in the meantime, until `choose(content)` says which version goes on.
export function keepDraft(path, key, { draft, etag }, show) {
  const kept = JSON.parse(localStorage.getItem(key));
  const self = { content: kept?.content ?? contentOf(draft), other: null, problem: null, away: false, isSaved, change, save, choose, handIn };
  let stored = contentOf(draft), timer = null, saving = null;
  // What was written before a reload is only saved over the version that it was made from.
  if (kept && kept.etag !== etag && !same(kept.content, stored)) self.other = stored;

  function isSaved() {
    return same(self.content, stored);
  }

  function change(part) {
    Object.assign(self.content, part);
    remember();
    wait(MOMENT);
    show();
  }

  function remember() {
    if (isSaved()) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ content: self.content, etag }));
  }

  function wait(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  // Returns whether everything is saved.
  async function save() {
    clearTimeout(timer);
    await saving;
    if (self.other || isSaved()) return !self.other;
    saving = put({ ...self.content }).finally(() => (saving = null));
    show();
    await saving;
    remember();
    show();
    return isSaved() && !self.other;
  }

  // Asks for the draft as it is known here: what another device has made of it is read, and not overwritten.
  async function request(method, address, body) {
    const answer = await call(method, address, body, { "If-Match": etag }).catch(() => null);
    self.away = !answer || answer.status >= 500;
    self.problem = answer?.ok || self.away || answer.status === 412 ? null : answer.body;
    if (answer?.status === 412) await readOther();
    return answer;
  }

  async function put(content) {
    const answer = await request("PUT", path, bodyOf(content));
    if (answer?.ok) [stored, etag] = [content, answer.etag];
    if (self.away) wait(LATER);
    else if (answer.ok && !isSaved()) wait(MOMENT);
  }

  async function readOther() {
    const answer = await call("GET", path).catch(() => null);
    if (!answer?.ok) return wait(LATER);
    [stored, etag] = [contentOf(answer.body.draft), answer.etag];
    if (!isSaved()) self.other = stored;
  }

  async function choose(content) {
    self.other = null;
    change({ ...content });
    await save();
  }

  // Hands in what is shown here, and nothing that another device has saved meanwhile. Returns the receipt; null if it failed.
  async function handIn() {
    if (!(await save())) return null;
    const known = etag;
    const answer = await request("POST", `${path}/submit`);
    show();
    // The same was saved again on another device.
    if (answer?.status === 412 && !self.other && etag !== known) return handIn();
    if (!answer?.ok) return null;
    clearTimeout(timer);
    localStorage.removeItem(key);
    return answer.body;
  }

  return self;
}
