// Reports what a <video> really plays. `send(heartbeat)` PUTs it, and is false if it should be sent again later.
export function reportProgress(video, lessonId, session_id, send) {
  const waiting = new Set(JSON.parse(localStorage.getItem(lessonId))), now = () => new Date().toISOString();
  const keep = () => localStorage.setItem(lessonId, JSON.stringify([...waiting])); // until they could be sent
  let seq = 0, played = [], stretch = null;
  const watch = () => {
    if (video.seeking || (video.paused && !stretch)) return void (stretch = null); // a jump is not watching
    if (!stretch) played.push((stretch = { from: video.currentTime, at: now() }));
    stretch.to = video.currentTime;
  };
  const beat = async () => {
    played = played.filter(({ from, to }) => from < to);
    if (played.length) waiting.add({ session_id, seq: seq++, client_time: now(), position: video.currentTime, played });
    stretch = stretch && !video.paused ? { from: stretch.to, to: stretch.to, at: now() } : null;
    played = stretch ? [stretch] : [];
    keep();
    for (const each of waiting) if (await send(each)) { waiting.delete(each); keep(); } else break;
  };
  for (const event of ["playing", "timeupdate", "seeking", "pause", "ended"]) video.addEventListener(event, watch);
  for (const event of ["pause", "ended"]) video.addEventListener(event, beat);
  document.addEventListener("visibilitychange", beat);
  return setInterval(beat, 10_000);
}
