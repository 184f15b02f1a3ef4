// The README's story, told by a client whose types were generated from the OpenAPI document.
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Credentials = components["schemas"]["Credentials"];
type Answer<T> = { data?: T; error?: { code: components["schemas"]["ErrorCode"]; detail: string } };

const [baseUrl, video, teacher, student] = process.argv.slice(2) as [string, string, string, string];

function must<T>({ data, error }: Answer<T>): T {
  if (data === undefined) throw new Error(`${error?.code}: ${error?.detail}`);
  return data;
}

function check(fact: boolean, message: string): void {
  if (!fact) throw new Error(message);
}

async function signIn(account: Credentials) {
  const guest = createClient<paths>({ baseUrl });
  const tokens = must(await guest.POST("/auth/login", { body: account }));
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${tokens.access_token}` } });
}

const author = await signIn(JSON.parse(teacher));
const course = must(await author.POST("/courses", { body: { title: "Knots", summary: "Five that hold." } }));
const inCourse = { params: { path: { course_id: course.id } } };
const created = await author.POST("/courses/{course_id}/lessons", {
  ...inCourse,
  body: { title: "The bowline", kind: "video" },
});
const inLesson = { params: { path: { lesson_id: must(created).id } } };

const { upload } = must(await author.POST("/lessons/{lesson_id}/video/upload", { ...inLesson, body: {} }));
check((await fetch(upload.url, { method: "PUT", body: new Uint8Array(await readFile(video)) })).ok, "the upload failed");
for (let status = ""; status !== "ready"; await wait(100)) {
  ({ status } = must(await author.GET("/lessons/{lesson_id}/video", inLesson)));
}
const published = await author.POST("/courses/{course_id}/publish", { ...inCourse, body: { note: "First version" } });
check(must(published).version === 1, "the course was not published");

const learner = await signIn(JSON.parse(student));
const once = {
  params: { ...inCourse.params, header: { "Idempotency-Key": `knots-${course.id}` } },
  body: {},
};
const seats = [must(await learner.POST("/courses/{course_id}/enroll", once)), must(await learner.POST("/courses/{course_id}/enroll", once))];
check(seats[0]?.id === seats[1]?.id, "the key enrolled twice");

const playback = must(await learner.GET("/lessons/{lesson_id}/playback", inLesson));
const manifest = await fetch(playback.manifest_url);
check((await manifest.text()).startsWith("#EXTM3U"), "the manifest does not play");
check((await fetch(playback.manifest_url.split("?")[0] ?? "")).status === 403, "it plays without its token");

await learner.DELETE("/courses/{course_id}/enroll", inCourse);
const { error } = await learner.GET("/lessons/{lesson_id}/playback", inLesson);
check(error?.code === "not_enrolled", `after withdrawing: ${error?.code}`);
console.log("played");
