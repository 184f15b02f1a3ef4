// The catalogue: all courses, with what they cost.
import { h } from "./dom.js";
import { showMoney } from "./money.js";
import { fillList } from "./parts.js";
import { meanOf } from "./rating.js";
import { find, refuse, whenSignedIn } from "./sign-in.js";

const PART = 20;

function row({ id, title, summary, price, rating }) {
  const costs = price ? showMoney(price) : "Free";
  return h("li", {}, h("a", { href: `/course#${id}`, dir: "auto" }, title), h("small", {}, `${costs} · ${meanOf(rating)}`), h("p", { dir: "auto" }, summary));
}

async function list() {
  const query = new URLSearchParams({ page_size: PART });
  await fillList({ path: "/courses", query, list: find("offers"), more: find("more-offers"), row, empty: "There are no courses yet." });
  find("catalogue").hidden = false;
}

await whenSignedIn(() => {});
await list().catch(refuse);
