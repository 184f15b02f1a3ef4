// Uploads a file and returns its description as soon as it is ready. `call(method, path, body)` calls the API as the user, and
// returns the response's JSON or throws the error's. `progress(fraction)` is called while the bytes are sent.
export async function upload(file, purpose, call, progress = () => {}) {
  const created = await call("POST", "/files", { purpose, name: file.name, size: file.size });
  try {
    await sendWithRetries(file, created.upload, progress);
  } catch (problem) {
    await call("DELETE", `/files/${created.id}`).catch(() => null); // or it counts towards the quota for a day
    throw problem;
  }
  await call("POST", `/files/${created.id}/complete`);
  return checked(created.id, call);
}

// Until the upload is completed, its URL accepts the bytes again.
async function sendWithRetries(file, target, progress) {
  for (let tries = 1; !(await send(file, target, progress)); tries++) {
    if (tries === 3) throw { code: "upload_failed", detail: "The file could not be sent. Please try again." };
    await pause(2_000 * tries);
  }
}

// Not with `fetch`, which does not tell how much it has sent. False if sending again may help.
const send = (file, { method, url, headers }, progress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
  request.onerror = () => resolve(false);
  request.onload = () => {
    if (request.status < 300) resolve(true);
    else if (request.status === 429 || request.status >= 500) resolve(false);
    else reject({ code: "upload_refused", detail: `The file was not accepted (${request.status}).` });
  };
  request.send(file);
});

async function checked(id, call) {
  for (let wait = 200; ; wait = Math.min(2 * wait, 3_000)) {
    const file = await call("GET", `/files/${id}`);
    if (file.state === "ready") return file;
    if (file.state === "refused") throw { code: file.refusal.code, detail: file.refusal.message };
    await pause(wait);
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
