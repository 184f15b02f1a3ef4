// The files that belong to a question: pictures are shown, other files offered.
import { ask, download } from "./api.js";
import { element, refuse } from "./sign-in.js";

async function shown(id) {
  const [file, content] = await Promise.all([ask("GET", `/files/${id}`), download(`/files/${id}/content`)]);
  const url = URL.createObjectURL(content);
  if (file.type.startsWith("image/")) return element("img", "", { src: url, alt: file.name });
  return element("a", file.name, { href: url, download: file.name });
}

export async function showMedia(ids, box) {
  try {
    for (const id of ids) box.append(await shown(id));
  } catch (problem) {
    refuse(problem);
  }
}
