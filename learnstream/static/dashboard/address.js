// The addresses of the dashboard's views: #/courses/…, #/lessons/… and #/groups/…, the first two for all learners or a group's.

/** Make the address of a view; `group` filters it, `video` chooses the retention curve of a lesson. */
export function address(kind, id, { group, video } = {}) {
  const path = [kind, id, video].filter(Boolean).join("/");
  return `#/${path}${group && kind !== "groups" ? `?group=${group}` : ""}`;
}

/** Read an address: {kind, id, video, group}; nothing is known of the first view. */
export function read(hash) {
  const [path, query] = hash.split("?");
  const [, kind, id, video] = path.split("/");
  if (!id || !["courses", "lessons", "groups"].includes(kind)) return {};
  return { kind, id, video, group: kind === "groups" ? id : new URLSearchParams(query).get("group") };
}
