// Lists the caught mails, shows the chosen one, and looks for new ones. What a mail contains is inserted as text only.
const INTERVAL = 1000; // milliseconds
const LINK = /https?:\/\/[^\s<>"]+/g;
const find = (id) => document.getElementById(id);
const time = (mail) => new Date(mail.received_at).toLocaleString();

let mails = [];

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, properties);
}

function row(mail) {
  const link = element("a", "", { href: `#${mail.id}` });
  link.append(element("strong", mail.subject || "(no subject)"), element("span", `To ${mail.to}`), element("span", time(mail)));
  const item = element("li", "", { id: `row-${mail.id}` });
  item.append(link);
  return item;
}

// Rows that stay are left in place, and with them the keyboard's focus.
function list() {
  const wanted = new Set(mails.map(({ id }) => `row-${id}`));
  for (const item of [...find("mails").children]) if (!wanted.has(item.id)) item.remove();
  for (const mail of [...mails].reverse()) if (!find(`row-${mail.id}`)) find("mails").prepend(row(mail));
  find("state").textContent = mails.length ? `${mails.length} ${mails.length === 1 ? "mail" : "mails"}` : "No mails yet.";
  find("clear").disabled = !mails.length;
}

// A sandboxed frame opens no links, so they are listed beside it. The parsed document runs and loads nothing.
function links(mail) {
  const page = new DOMParser().parseFromString(mail.html, "text/html");
  const inHtml = [...page.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"));
  const all = [...inHtml, ...(mail.text.match(LINK) ?? [])];
  return [...new Set(all)].filter((address) => /^https?:\/\//.test(address));
}

function linkItem(address) {
  const item = element("li", "");
  item.append(element("a", address, { href: address, target: "_blank", rel: "noopener" }));
  return item;
}

function header(mail, name) {
  return mail.headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

function show() {
  const mail = mails.find(({ id }) => location.hash === `#${id}`);
  find("mail").hidden = !mail;
  for (const link of find("mails").querySelectorAll("a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!mail || find("mail").dataset.id === mail.id) return;
  find("mail").dataset.id = mail.id;
  find("subject").textContent = mail.subject || "(no subject)";
  find("from").textContent = header(mail, "from") ?? mail.from;
  find("to").textContent = mail.to;
  find("received").textContent = time(mail);
  fill(mail);
  find("subject").focus();
}

// A new frame adds nothing to the history, through which "Back" leads from mail to mail.
function replaceFrame(address) {
  const frame = find("html").cloneNode();
  frame.src = address;
  find("html").replaceWith(frame);
}

function fill(mail) {
  find("html-part").hidden = !mail.html;
  if (mail.html) replaceFrame(`messages/${mail.id}/html`);
  const items = links(mail).map(linkItem);
  find("links-part").hidden = !items.length;
  find("links").replaceChildren(...items);
  find("text-part").hidden = !mail.text;
  find("text").textContent = mail.text;
  find("headers").textContent = mail.headers.map((pair) => pair.join(": ")).join("\n");
  find("source").href = `messages/${mail.id}/source`;
}

async function load() {
  try {
    // The browser asks with the entity tag it has, and mostly gets an empty 304.
    mails = await (await fetch("messages")).json();
    list();
    show();
  } catch {
    find("state").textContent = "The mail catcher does not answer.";
  }
}

async function repeat() {
  if (!document.hidden) await load();
  setTimeout(repeat, INTERVAL);
}

addEventListener("hashchange", show);
document.addEventListener("visibilitychange", load);
find("clear").addEventListener("click", async () => {
  await fetch("messages", { method: "DELETE" });
  await load();
});
await repeat();
