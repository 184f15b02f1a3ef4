// Keeps heartbeats until they could be sent, also over a reload. `send(heartbeat)` is false if it is to be tried again.
export function queue(lessonId, send) {
  const waiting = new Set(JSON.parse(localStorage.getItem(lessonId)));
  const report = async (heartbeat) => {
    if (heartbeat) waiting.add(heartbeat);
    localStorage.setItem(lessonId, JSON.stringify([...waiting]));
    for (const each of waiting) if (await send(each)) waiting.delete(each); else break;
  };
  setInterval(report, 10_000); // also while nothing plays
  return report;
}
