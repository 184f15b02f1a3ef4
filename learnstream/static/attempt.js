// Takes an attempt at a quiz. Each answer stays in the browser until LearnStream has stored it, also over a reload and while the
// network is away. `call(method, path, body)` calls the API as the person, and returns the response's JSON or throws the error's.
const TYPING = 500, RETRY = 5_000, REFRESH = 60_000; // milliseconds
const BATCH = 100_000; // characters in a request
const memory = new Map(); // what localStorage has no room for

// A person's answers that LearnStream has not stored yet, in the order in which they were given.
function unsaved(personId, attemptId = "") {
  const prefix = `answer ${personId} ${attemptId}`;
  const keys = [...memory.keys(), ...Object.keys(localStorage)].filter((key) => key.startsWith(prefix));
  const entries = [...new Set(keys)].map((key) => ({ key, text: memory.get(key) ?? localStorage.getItem(key) }));
  return entries.map((entry) => ({ ...entry, ...JSON.parse(entry.text) })).sort((one, other) => one.seq - other.seq);
}

function keep(key, text) {
  memory.delete(key);
  try { localStorage.setItem(key, text); } catch { memory.set(key, text); }
}

function drop({ key, text }) {
  if (memory.get(key) === text) memory.delete(key);
  if (localStorage.getItem(key) === text) localStorage.removeItem(key); // it may have been changed while it was sent
}

async function save(attemptId, entries, call) {
  const answers = entries.map(({ key, text, ...answer }) => answer);
  const saved = await call("PUT", `/attempts/${attemptId}/answers`, { answers }).catch((problem) => {
    if (problem?.code !== "attempt_over") throw problem;
    return problem; // it has them for the course's staff
  });
  entries.forEach(drop);
  return saved;
}

const isTemporary = (problem) => !problem?.status || [401, 429].includes(problem.status) || problem.status >= 500;
const words = (errors) => (typeof errors === "string" ? errors : Object.values(errors).map(words).join(" "));

// Sends what earlier visits could not; returns the ids of attempts for which that was too late.
export async function sendLeft(personId, call) {
  const late = new Set();
  for (const entry of unsaved(personId)) {
    const attemptId = entry.key.split(" ")[2];
    try {
      if ((await save(attemptId, [entry], call)).late) late.add(attemptId);
    } catch (problem) {
      if (isTemporary(problem)) break;
      if (problem.status === 404) drop(entry);
    }
  }
  return [...late];
}

// `attempt` is the response to starting or reading it. `changed(quiz)` is called when the quiz has changed, and each second.
export function takeAttempt(attempt, personId, call, changed) {
  const quiz = new Quiz(attempt, personId, call, () => changed(quiz));
  return quiz;
}

class Quiz {
  answers = {}; // by question: what the learner sees
  problem = null; // why nothing can be sent now: an error of the API, or {} if there is no response
  refused = {}; // by question: why its answer is not stored until it is changed
  late = []; // the questions whose answers came after the end
  ending = null; // who submits it: "learner" or "clock"
  #seq = 0;
  #outdated = false;

  constructor(attempt, personId, call, changed) {
    Object.assign(this, { path: `/attempts/${attempt.id}`, personId, call, changed });
    this.#take(attempt);
    if (this.isOver) return;
    const { signal } = (this.left = new AbortController()), refresh = () => this.refresh();
    for (const event of ["online", "offline", "focus"]) addEventListener(event, refresh, { signal });
    document.addEventListener("visibilitychange", refresh, { signal });
    addEventListener("storage", (event) => this.#takeFromOtherTab(event), { signal });
    this.timers = [setInterval(() => this.#tick(), 1_000), setInterval(refresh, REFRESH)];
    this.#send();
  }

  get isOver() { return this.attempt.state === "submitted"; }
  get unsaved() { return unsaved(this.personId, this.attempt.id); }

  // Seconds by the server's clock; null without a limit.
  get timeLeft() {
    const { deadline_at, server_time, received } = this.clock;
    return deadline_at && Math.max(0, (new Date(deadline_at) - new Date(server_time) + received - performance.now()) / 1_000);
  }

  // `seconds` is how long the learner has spent on the question.
  answer(questionId, answer, seconds = null) {
    const given = { question_id: questionId, answer, seq: ++this.#seq, client_time: new Date(), seconds };
    keep(`answer ${this.personId} ${this.attempt.id} ${questionId}`, JSON.stringify(given));
    this.answers[questionId] = answer;
    delete this.refused[questionId];
    this.#sendIn(TYPING);
    this.changed();
  }

  // Submits it as soon as all answers are stored, if need be when the network is back.
  submit() {
    this.ending = "learner";
    return this.#send();
  }

  refresh() {
    this.#outdated = true;
    return this.#send();
  }

  stop() {
    this.left?.abort();
    [this.retry, ...(this.timers ?? [])].forEach(clearTimeout);
  }

  #take(attempt) {
    this.attempt = attempt;
    this.#setClock(attempt);
    for (const { question_id, answer, seq } of [...attempt.questions, ...(this.isOver ? [] : this.unsaved)]) {
      this.#seq = Math.max(this.#seq, seq ?? 0);
      this.answers[question_id] = answer;
    }
    if (this.isOver) this.stop();
  }

  #setClock({ deadline_at, server_time }) { this.clock = { deadline_at, server_time, received: performance.now() }; }

  #takeFromOtherTab({ key, newValue }) {
    if (!newValue || !key.startsWith(`answer ${this.personId} ${this.attempt.id} `)) return;
    const { question_id, answer, seq } = JSON.parse(newValue);
    this.#seq = Math.max(this.#seq, seq);
    this.answers[question_id] = answer;
    this.changed();
  }

  #tick() {
    if (this.timeLeft === 0 && !this.ending) {
      this.ending = "clock";
      this.refresh(); // the time may have been extended
    }
    this.changed();
  }

  #sendIn(milliseconds) {
    clearTimeout(this.retry);
    if (!this.left.signal.aborted) this.retry = setTimeout(() => this.#send(), milliseconds);
  }

  // One request at a time, until there is nothing left to send.
  #send() {
    return this.sending ??= this.#work().then(() => (this.problem = null), (problem) => {
      this.problem = problem?.status ? problem : {};
      this.#sendIn(RETRY);
    }).finally(() => {
      this.sending = null;
      this.changed();
    });
  }

  async #work() {
    while (!this.isOver) {
      const batch = this.#nextBatch();
      if (batch.length) await this.#save(batch);
      else if (this.#outdated) await this.#read();
      else if (this.ending === "clock" && this.timeLeft !== 0) this.ending = null;
      else if (this.ending) this.#take(await this.call("POST", `${this.path}/submit`));
      else return;
    }
  }

  #nextBatch() {
    let size = 0;
    const waiting = this.unsaved.filter(({ question_id }) => !this.refused[question_id]);
    return waiting.filter(({ text }, index) => (size += text.length) <= BATCH || index === 0);
  }

  async #save(batch) {
    try {
      const { kept, locked, late, ...clock } = await save(this.attempt.id, batch, this.call);
      if (late) this.late.push(...late);
      else this.#setClock(clock);
      const stored = new Map(kept?.map(({ question_id, seq }) => [question_id, seq]));
      if (batch.some(({ question_id, seq }) => stored.get(question_id) !== seq)) this.#outdated = true; // another one is stored
    } catch (problem) {
      if (isTemporary(problem)) throw problem;
      const invalid = problem.errors?.json?.answers; // the others of the batch are sent again
      const current = this.unsaved.map(({ text }) => text); // one that was changed meanwhile is sent
      batch.forEach(({ question_id, text }, index) => {
        if ((invalid && !invalid[index]) || !current.includes(text)) return;
        this.refused[question_id] = invalid ? words(invalid[index]) : problem.detail;
      });
    }
  }

  async #read() {
    this.#outdated = false;
    this.#take(await this.call("GET", this.path));
  }
}
