// Keeps a person's heartbeats, also over a reload, until nothing more of them can be credited. `send(lessonId, heartbeat)`
// puts one with that person's token and returns the response's JSON, or null if there was none.
export function queue(personId, send) {
  const prefix = `heartbeat ${personId} `, held = new Set();
  const report = async (lessonId, heartbeat) => {
    const viewingId = heartbeat?.viewing_id ?? heartbeat?.session_id; // its former name
    if (heartbeat) localStorage.setItem(`${prefix}${viewingId} ${heartbeat.seq}`, JSON.stringify({ lessonId, heartbeat }));
    for (const key of Object.keys(localStorage).sort().filter((key) => key.startsWith(prefix) && !held.has(key))) {
      const kept = JSON.parse(localStorage.getItem(key));
      const answer = kept && await send(kept.lessonId, kept.heartbeat);
      if (kept && (!answer || answer.status === 401 || answer.status >= 429)) break; // nor would the others be taken now
      const retry = [answer, ...(answer?.rejected ?? [])].map((each) => each?.retry);
      if (retry.includes("after_access")) held.add(key); // the next visit tries again
      else if (!retry.includes("later")) localStorage.removeItem(key);
    }
  };
  const timer = setInterval(report, 10_000); // also while nothing plays
  return Object.assign(report, { stop: () => clearInterval(timer) });
}
