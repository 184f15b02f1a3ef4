// What forms need that save something: one thing at a time, and what was typed kept until it is saved.

/** Return a function that does something unless it is still doing the last thing, and hands errors to `failed`. */
export function oneAtATime(failed) {
  let busy = false;
  return async (act) => {
    if (busy) return;
    busy = true;
    await act().catch(failed);
    busy = false;
  };
}

/** True for a problem that somebody else's change has caused. */
export const isOutdated = (problem) => problem.status === 412 || problem.code === "edit_conflict";
