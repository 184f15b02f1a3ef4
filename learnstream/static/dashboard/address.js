// The addresses of the dashboard's views: #/courses/… and its parts, for all learners or a group's, #/groups/… and its
// announcements, #/moderation/…, #/revenue/…, #/orders/…, #/order/… and #/coupons/….

const PARTS = ["lessons", "marking", "homework", "submissions", "grades", "reading"];
// The id of these is a group's.
const OF_GROUPS = ["groups", "group-announcements"];
// These belong to no course.
export const OF_PLATFORM = ["moderation", "revenue", "orders", "order", "coupons"];
const KINDS = ["courses", "reviews", "announcements", ...OF_PLATFORM, ...OF_GROUPS, ...PARTS];

/**
 * Make the address of a view. `group` filters it; `part` chooses a video, whose retention curve a lesson shows, or the lesson
 * of a course whose answers or homework are marked.
 */
export function address(kind, id, { group, part } = {}) {
  const path = [kind, id, part].filter(Boolean).join("/");
  return `#/${path}${group && !OF_GROUPS.includes(kind) ? `?group=${group}` : ""}`;
}

/** True for the views of a course's part, which stay when another group is chosen. */
export const hasGroup = (kind) => PARTS.includes(kind);

/** Read an address: {kind, id, part, group}; nothing is known of the first view. */
export function read(hash) {
  const [path, query] = hash.split("?");
  const [, kind, id, part] = path.split("/");
  if (!id || !KINDS.includes(kind)) return {};
  return { kind, id, part, group: OF_GROUPS.includes(kind) ? id : new URLSearchParams(query).get("group") };
}
