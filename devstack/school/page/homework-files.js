// The files of homework: added with a progress bar, removed, and read again.
import { ask, download } from "./api.js";
import { size } from "./document.js";
import { element, find, refuse } from "./sign-in.js";
import { upload } from "./upload.js";

// A button that downloads a file.
export function fileButton({ file_id: id, name, size: bytes }) {
  const save = async () => {
    const url = URL.createObjectURL(await download(`/files/${id}/content`));
    element("a", "", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return element("button", `${name}, ${size(bytes)}`, { type: "button", className: "link", onclick: () => save().catch(refuse) });
}

export function listFiles(list, files, remove = null) {
  list.replaceChildren(...files.map((file) => {
    const item = element("li");
    item.append(fileButton(file));
    if (remove) {
      const button = element("button", "Remove", { type: "button", onclick: () => remove(file) });
      button.setAttribute("aria-label", `Remove ${file.name}`);
      item.append(button);
    }
    return item;
  }));
}

// Sends the files that are chosen, and calls `add(file)` with each that is ready. Returns a function that tells whether one is sent.
export function listenToFiles(limits, add) {
  const input = find("file"), box = find("sent"), [bar, percent] = box.children, state = find("file-state");
  let busy = false;
  input.accept = limits.types.join(",");
  const progress = (fraction) => {
    bar.value = fraction;
    percent.textContent = `${Math.floor(100 * fraction)} %`;
    if (fraction === 1) state.textContent = "Sent. It is being checked …";
  };
  const send = async (chosen) => {
    if (chosen.size > limits.max_bytes) throw { detail: `A file can have up to ${size(limits.max_bytes)}.` };
    progress(0);
    state.textContent = `Sending ${chosen.name} …`;
    const { id: file_id, name, size: bytes, type } = await upload(chosen, "submission", ask, progress);
    if (!limits.types.includes(type)) throw { detail: `Files of the type ${type} cannot be handed in here.` };
    add({ file_id, name, size: bytes, type });
    state.textContent = `Added: ${name}`;
  };
  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    if (!chosen) return;
    busy = input.disabled = true;
    box.hidden = false;
    await send(chosen).catch((problem) => (state.textContent = `Not added: ${problem?.detail ?? "LearnStream does not answer."}`));
    box.hidden = true;
    busy = input.disabled = false;
    input.value = "";
    if (document.activeElement === document.body) input.focus(); // a disabled field loses the focus
  });
  return () => busy;
}
