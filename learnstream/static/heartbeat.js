// Reports what a <video> really plays: calls `report(heartbeat)` every ten seconds and whenever it stops.
export function reportProgress(video, viewing_id, report) {
  let seq = 0, played = [], last = null;
  const watch = ({ type }) => {
    const here = type === "seeking" || video.seeking ? null : { from: video.currentTime, at: new Date() };
    if (last && here && played.at(-1)?.to === last.from) played.at(-1).to = here.from;
    else if (last?.from < here?.from) played.push({ ...last, to: here.from }); // a jump is not watching
    last = here;
  };
  const beat = () => played.length &&
    report({ viewing_id, seq: seq++, client_time: new Date(), position: video.currentTime, played: played.splice(0) });
  for (const event of ["playing", "timeupdate", "seeking", "pause"]) video.addEventListener(event, watch);
  video.addEventListener("pause", beat); // also at the end
  document.addEventListener("visibilitychange", beat);
  return setInterval(beat, 10_000);
}
