"""The sections of a run, by name, and what each measures."""

SECTIONS = {
    "requests": "req/s, p50 and p99 of the hot paths against their ceilings",
    "login": "logins against what hashing alone allows, reads meanwhile, and what their timing tells of accounts",
    "memory": "a web worker's memory over 100,000 requests",
    "files": "uploads and downloads of 50 MB: speed, readers meanwhile, memory (two minutes)",
    "classes": "seats for 5,000 members, imports of 10,000 rows, the progress of a class (five minutes)",
    "quizzes": "a class of 300 that takes a quiz, a thousand attempts that end at once, a regrade, and their cost among many",
    "homework": "saving drafts among a hundred times the submissions, and the gradebook of a class (four minutes)",
    "reviews": "the cost of writing a review among a hundred times the reviews (a minute)",
    "notices": "telling 10,000 learners of an event in one worker (two minutes)",
    "payments": "checkout without the vendor, from webhooks to open seats, and 10,000 orders reconciled (four minutes)",
    "search": "searches among 20,000 courses, 100,000 lessons and 20,000 books (ten minutes)",
    "cpu": "the CPU of a request in the web workers and in each store (two minutes)",
    "record": "reading the learning record of 20,000 learners beside that of 200 (many minutes)",
    "sizes": "bytes per record in each store",
    "scale": "the cost of a request with a hundred times the courses and records (some minutes)",
}
