// A field with suggestions, by the pattern of a combobox with a list: arrows choose, Enter takes, Escape closes.
import { h } from "./dom.js";
import { count } from "./quiz-text.js";

const PAUSE = 150; // milliseconds without a key before suggestions are asked for

// `suggest(text)` returns texts, `take(text)` is called with the one that was chosen, and `said(sentence)` with what to announce.
export function combobox(input, list, { suggest, take, said }) {
  let options = [], active = -1, asked = 0, pause;

  function show(texts) {
    options = texts.map((text, place) => h("li", { id: `${list.id}-${place}`, role: "option", dir: "auto", click: ({ target }) => choose(target) }, text));
    list.replaceChildren(...options);
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  }

  function mark(place) {
    active = place;
    options.forEach((option, each) => option.setAttribute("aria-selected", String(each === place)));
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[place].id);
    options[place].scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(pause);
    asked += 1; // an answer that is on its way opens nothing any more
    show([]);
  }

  function choose({ textContent: text }) {
    input.value = text;
    close();
    take(text);
  }

  async function ask() {
    const turn = (asked += 1), text = input.value.trim();
    const found = text ? await suggest(text).catch(() => []) : [];
    if (turn !== asked) return;
    show(found);
    if (text) said(found.length ? `${count(found.length, "suggestion")}. Choose with the arrow keys.` : "No suggestions.");
  }

  const KEYS = {
    ArrowDown: () => mark((active + 1) % options.length),
    ArrowUp: () => mark((active <= 0 ? options.length : active) - 1),
    Escape: close,
    Enter: () => choose(options[active]),
  };
  const applies = (key) => key in KEYS && options.length > 0 && (key !== "Enter" || active >= 0);

  input.addEventListener("input", () => (clearTimeout(pause), (pause = setTimeout(ask, PAUSE))));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !applies(event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  input.addEventListener("blur", close);
  // A click on a suggestion must not take the focus, or the list closes before it counts.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  return close;
}
