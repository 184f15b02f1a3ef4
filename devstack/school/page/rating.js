// A rating: its mean, and a bar for each number of stars, which also chooses the reviews that are listed.
import { h } from "./dom.js";
import { count } from "./quiz-text.js";

export const starsOf = (stars) => h("span", { class: "stars", role: "img", "aria-label": `${stars} of 5 stars` }, "★★★★★☆☆☆☆☆".slice(5 - stars, 10 - stars));

export function meanOf({ mean, count: all }) {
  return all ? `${mean.toFixed(1)} of 5 stars, ${count(all, "review")}` : "No reviews yet.";
}

// `choose(stars)` is called with what is chosen, and with null when it is chosen no more.
export function histogramOf({ stars, count: all }, chosen, choose) {
  const bar = (number) => {
    const found = stars[number - 1], pressed = chosen === number;
    const about = { "aria-pressed": String(pressed), "aria-label": `${count(number, "star")}: ${count(found, "review")}` };
    const inside = [h("span", {}, `${number} ★`), h("progress", { max: all || 1, value: found, "aria-hidden": "true" }), h("span", { class: "figure" }, String(found))];
    return h("li", {}, h("button", { type: "button", ...about, click: () => choose(pressed ? null : number) }, inside));
  };
  return h("ol", { class: "histogram", "aria-label": "Reviews by stars" }, [5, 4, 3, 2, 1].map(bar));
}
