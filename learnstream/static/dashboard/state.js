// What all views share: who is signed in, and the courses and groups that they can choose.

/** `group` is the one whose learners are shown, with its courses; null: all learners. */
export const state = { person: null, courses: [], groups: [], group: null };
