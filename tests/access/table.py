"""The access matrix: the expected status of every operation, for every caller and object.

A cell is one status for all objects, or one for each of them, in this order, as far as the URL has them:

    own      the course of the owner, in which the learner is enrolled; of sessions and accounts: the caller's
    foreign  a published course of other users; for sessions and accounts: those of another user
    preview  a public lesson of the foreign course
    hidden   an unpublished course of other users
    strayed  the own course, but with one object of the foreign course at the end of the URL, or in the body
    missing  ids that do not exist

The stranger and the other owner have a second factor; all others have begun to set one up.

A video, an event and background work either exist or are missing. Bodies are the examples of the documentation with ids
of the same object, so that 2xx means: allowed and carried out. 409 to an owner or administrator means: allowed, but not in this state.
A query parameter that widens access has a row of its own.

There are no columns for bad tokens: an expired one, a refresh token and a disabled user's are 401 in every row.
"""

import re
from dataclasses import dataclass

CALLERS = ("guest", "stranger", "learner", "owner", "admin")

OBJECTS = {
    "course_id": ("own", "foreign", "hidden", "missing"),
    "lesson_id": ("own", "foreign", "preview", "hidden", "missing"),
    "user_id": ("own", "foreign", "missing"),
    "session_id": ("own", "foreign", "missing"),
    "enrollment_id": ("own", "foreign", "missing"),
    "video_id": ("own", "missing"),
    "event_id": ("own", "missing"),
    "follower_name": ("own", "missing"),
    "parked_id": ("own", "missing"),
    "command_id": ("own", "missing"),
    "mail_id": ("own", "missing"),
    "invitation_id": ("own", "missing"),
    "file_id": ("own", "foreign", "missing"),
    "upload_token": ("own", "missing"),
    "photo_id": ("own", "missing"),
    "import_id": ("own", "missing"),
    "group_id": ("own", "missing"),
    "subject_id": ("own", "missing"),
    "program_id": ("own", "missing"),
    "book_id": ("own", "foreign", "missing"),
    "book_import_id": ("own", "missing"),
    "question_id": ("own", "foreign", "hidden", "missing"),
    "attempt_id": ("own", "foreign", "missing"),
    "submission_id": ("own", "foreign", "missing"),
    "review_id": ("own", "foreign", "missing"),
    "announcement_id": ("own", "foreign", "missing"),
    "coupon_id": ("own", "missing"),
    "payment_event_id": ("own", "missing"),
    "order_id": ("own", "foreign", "missing"),
}
# Parameters that choose a representation of an object.
CHOICES = {"photo_size"}
# A lesson whose body names an asset.
IMPORT_OBJECTS = ("own", "foreign", "preview", "hidden", "strayed", "missing")
NESTED_OBJECTS = ("own", "foreign", "hidden", "strayed", "missing")

TABLE = """
operation                                                | guest               | stranger            | learner             | owner               | admin

GET    /                                                 | 200                 | 200                 | 200                 | 200                 | 200
GET    /health                                           | 200                 | 200                 | 200                 | 200                 | 200
GET    /ready                                            | 200                 | 200                 | 200                 | 200                 | 200

POST   /auth/register                                    | 201                 | 201                 | 201                 | 201                 | 201
POST   /auth/login                                       | 200                 | 200                 | 200                 | 200                 | 200
POST   /auth/login/mfa                                   | 200                 | 200                 | 200                 | 200                 | 200
POST   /auth/token                                       | 200                 | 200                 | 200                 | 200                 | 200
POST   /auth/refresh                                     | 200                 | 200                 | 200                 | 200                 | 200
POST   /auth/logout                                      | 401                 | 204                 | 204                 | 204                 | 204
POST   /auth/logout-all                                  | 401                 | 204                 | 204                 | 204                 | 204
POST   /auth/reauthenticate                              | 401                 | 204                 | 204                 | 204                 | 204
GET    /auth/mfa                                         | 401                 | 200                 | 200                 | 200                 | 200
POST   /auth/mfa/totp                                    | 401                 | 409                 | 201                 | 201                 | 201
POST   /auth/mfa/totp/confirm                            | 401                 | 409                 | 200                 | 200                 | 200
DELETE /auth/mfa/totp                                    | 401                 | 204                 | 404                 | 404                 | 404
POST   /auth/mfa/recovery-codes                          | 401                 | 200                 | 404                 | 404                 | 404
GET    /auth/sessions                                    | 401                 | 200                 | 200                 | 200                 | 200
DELETE /auth/sessions/{session_id}                       | 401                 | 204 404 404         | 204 404 404         | 204 404 404         | 204 404 404
POST   /auth/verify-email                                | 204                 | 204                 | 204                 | 204                 | 204
POST   /auth/verify-email/resend                         | 401                 | 202                 | 202                 | 202                 | 202
POST   /auth/password/forgot                             | 202                 | 202                 | 202                 | 202                 | 202
POST   /auth/password/reset                              | 204                 | 204                 | 204                 | 204                 | 204
POST   /auth/confirm-address                             | 204                 | 204                 | 204                 | 204                 | 204
POST   /auth/undo-address                                | 204                 | 204                 | 204                 | 204                 | 204
GET    /users/me                                         | 401                 | 200                 | 200                 | 200                 | 200
PATCH  /users/me                                         | 401                 | 200                 | 200                 | 200                 | 200
GET    /users/me/notification-preferences                | 401                 | 200                 | 200                 | 200                 | 200
PUT    /users/me/notification-preferences                | 401                 | 200                 | 200                 | 200                 | 200
GET    /notifications                                    | 401                 | 200                 | 200                 | 200                 | 200
GET    /notifications/count                              | 401                 | 200                 | 200                 | 200                 | 200
POST   /notifications/read                               | 401                 | 200                 | 200                 | 200                 | 200
PUT    /users/me/photo                                   | 401                 | 422                 | 422                 | 200                 | 422
DELETE /users/me/photo                                   | 401                 | 204                 | 204                 | 204                 | 204
GET    /photos/{photo_id}/{photo_size}                   | 200 404             | 200 404             | 200 404             | 200 404             | 200 404

GET    /courses                                          | 200                 | 200                 | 200                 | 200                 | 200
POST   /courses                                          | 401                 | 403                 | 403                 | 201                 | 201
GET    /courses/{course_id}                              | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404
PATCH  /courses/{course_id}                              | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
DELETE /courses/{course_id}                              | 401                 | 403 403 404 404     | 403 403 404 404     | 409 403 404 404     | 409 409 204 404
GET    /courses/{course_id}/lessons                      | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404
GET    /courses/{course_id}/lessons?draft=true           | 404                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
POST   /courses/{course_id}/lessons                      | 401                 | 403 403 404 404     | 403 403 404 404     | 201 403 404 404     | 201 201 201 404
GET    /users/me/courses                                 | 401                 | 200                 | 200                 | 200                 | 200
GET    /users/me/courses?everybody=true                  | 401                 | 403                 | 403                 | 403                 | 200
GET    /courses/{course_id}/draft                        | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
PUT    /courses/{course_id}/instructors                  | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
PUT    /courses/{course_id}/outline                      | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
PUT    /courses/{course_id}/grading                      | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grading                      | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
PUT    /courses/{course_id}/reading-list                 | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/reading-list                 | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404
GET    /courses/{course_id}/reading-list?draft=true      | 404                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
PUT    /courses/{course_id}/reading-list/{book_id}/read  | 401                 | 403 403 404 403 404 | 200 403 404 404 404 | 403 403 404 403 404 | 403 403 404 403 404
DELETE /courses/{course_id}/reading-list/{book_id}/read  | 401                 | 403 403 404 403 404 | 204 403 404 404 404 | 403 403 404 403 404 | 403 403 404 403 404
GET    /courses/{course_id}/reviews                      | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 404 404
GET    /courses/{course_id}/reviews/mine                 | 401                 | 404                 | 200 404 404 404     | 404                 | 404
PUT    /courses/{course_id}/reviews/mine                 | 401                 | 403 403 404 404     | 200 403 404 404     | 403 403 404 404     | 403 403 404 404
DELETE /courses/{course_id}/reviews/mine                 | 401                 | 404                 | 204 404 404 404     | 404                 | 404
GET    /books/{book_id}/reviews                          | 200 200 404         | 200 200 404         | 200 200 404         | 200 200 404         | 200 200 404
GET    /books/{book_id}/reviews/mine                     | 401                 | 404                 | 200 404 404         | 404                 | 404
PUT    /books/{book_id}/reviews/mine                     | 401                 | 201 201 404         | 200 201 404         | 403 201 404         | 201 201 404
DELETE /books/{book_id}/reviews/mine                     | 401                 | 404                 | 204 404 404         | 404                 | 404
POST   /reviews/{review_id}/helpful                      | 401                 | 204 404 404         | 403 404 404         | 204 404 404         | 204 404 404
DELETE /reviews/{review_id}/helpful                      | 401                 | 204 404 404         | 403 404 404         | 204 404 404         | 204 404 404
POST   /reviews/{review_id}/report                       | 401                 | 204 404 404         | 403 404 404         | 204 404 404         | 204 404 404
PUT    /reviews/{review_id}/reply                        | 401                 | 403 404 404         | 403 404 404         | 200 404 404         | 200 404 404
DELETE /reviews/{review_id}/reply                        | 401                 | 403 404 404         | 403 404 404         | 204 404 404         | 204 404 404
GET    /search                                           | 200                 | 200                 | 200                 | 200                 | 200
GET    /search/suggest                                   | 200                 | 200                 | 200                 | 200                 | 200
GET    /books                                            | 200                 | 200                 | 200                 | 200                 | 200
GET    /books/{book_id}                                  | 200 200 404         | 200 200 404         | 200 200 404         | 200 200 404         | 200 200 404
POST   /books                                            | 401                 | 403                 | 403                 | 201                 | 201
PATCH  /books/{book_id}                                  | 401                 | 403 403 404         | 403 403 404         | 200 403 404         | 200 200 404
DELETE /books/{book_id}                                  | 401                 | 403 403 404         | 403 403 404         | 200 403 404         | 200 200 404
POST   /book-imports                                    | 401                 | 403                 | 403                 | 202                 | 202
GET    /book-imports                                    | 401                 | 403                 | 403                 | 200                 | 200
GET    /book-imports/{book_import_id}                   | 401                 | 403                 | 403                 | 200 404             | 200 404
POST   /book-imports/{book_import_id}/undo              | 401                 | 403                 | 403                 | 202 404             | 202 404
GET    /books.csv                                        | 401                 | 403                 | 403                 | 200                 | 200
GET    /books.xlsx                                       | 401                 | 403                 | 403                 | 200                 | 200
GET    /books/import-template.csv                        | 401                 | 200                 | 200                 | 200                 | 200
GET    /books/import-template.xlsx                       | 401                 | 200                 | 200                 | 200                 | 200
GET    /programs                                         | 200                 | 200                 | 200                 | 200                 | 200
GET    /programs/{program_id}                            | 200 404             | 200 404             | 200 404             | 200 404             | 200 404
GET    /users/me/programs                                | 401                 | 200                 | 200                 | 200                 | 200
GET    /subjects                                         | 200                 | 200                 | 200                 | 200                 | 200
GET    /subjects/{subject_id}                            | 200 404             | 200 404             | 200 404             | 200 404             | 200 404
GET    /subjects/{subject_id}/courses                    | 200 404             | 200 404             | 200 404             | 200 404             | 200 404

GET    /lessons/{lesson_id}                              | 401 401 200 401 401 | 403 403 200 404 404 | 200 403 200 404 404 | 200 403 200 404 404 | 200 200 200 404 404
GET    /lessons/{lesson_id}?draft=true                   | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 200 200 404
PATCH  /lessons/{lesson_id}                              | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
DELETE /lessons/{lesson_id}                              | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 204 403 403 404 404 | 204 204 204 204 404
POST   /lessons/{lesson_id}/video/upload                 | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 201 403 403 404 404 | 201 201 201 201 404
POST   /lessons/{lesson_id}/video/from-url               | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 201 403 403 404 404 | 201 201 201 201 404
POST   /lessons/{lesson_id}/video/import                 | 401                 | 403 403 403 404 403 404 | 403 403 403 404 403 404 | 201 403 403 404 403 404 | 201 201 201 201 201 404
GET    /lessons/{lesson_id}/video                        | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
DELETE /lessons/{lesson_id}/video                        | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 204 403 403 404 404 | 204 204 204 204 404
DELETE /lessons/{lesson_id}/video?force=true             | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 403 403 403 404 404 | 204 204 204 204 404

POST   /files                                            | 401                 | 403                 | 403                 | 201                 | 201
GET    /files/{file_id}                                  | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
POST   /files/{file_id}/complete                         | 401                 | 404                 | 404                 | 202 404 404         | 403 403 404
DELETE /files/{file_id}                                  | 401                 | 404                 | 404                 | 204 404 404         | 403 403 404
GET    /users/me/files                                   | 401                 | 200                 | 200                 | 200                 | 200
GET    /files/{file_id}/content                          | 401                 | 404                 | 200 404 404         | 200 404 404         | 200 200 404
PUT    /uploads/{upload_token}                           | 204 403             | 204 403             | 204 403             | 204 403             | 204 403
PUT    /lessons/{lesson_id}/document                     | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
DELETE /lessons/{lesson_id}/document                     | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 204 403 403 404 404 | 204 204 204 204 404
PUT    /lessons/{lesson_id}/quiz                         | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/quiz                         | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 200 200 404
DELETE /lessons/{lesson_id}/quiz                         | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 204 403 403 404 404 | 204 204 204 204 404
PUT    /lessons/{lesson_id}/assignment                   | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/assignment                   | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 200 200 404
DELETE /lessons/{lesson_id}/assignment                   | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 204 403 403 404 404 | 204 204 204 204 404

GET    /courses/{course_id}/publish-preview              | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
POST   /courses/{course_id}/publish                      | 401                 | 403 403 404 404     | 403 403 404 404     | 201 403 404 404     | 201 201 201 404
GET    /courses/{course_id}/versions                     | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
GET    /courses/{course_id}/versions/{number}            | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 404 404 404
POST   /courses/{course_id}/versions/{number}/restore    | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
GET    /courses/{course_id}/versions/diff                | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
POST   /courses/{course_id}/learners/migrate             | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 409 404

GET    /courses/{course_id}/questions                    | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
POST   /courses/{course_id}/questions                    | 401                 | 403 403 404 404     | 403 403 404 404     | 201 403 404 404     | 201 201 201 404
POST   /courses/{course_id}/questions/import             | 401                 | 403 403 404 404     | 403 403 404 404     | 202 403 404 404     | 202 202 202 404
GET    /courses/{course_id}/questions/imports            | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
GET    /courses/{course_id}/questions/imports/{question_import_id} | 401       | 404                 | 404                 | 200 404 404 404 404 | 200 200 404 404 404
GET    /courses/{course_id}/questions/export.csv         | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
GET    /courses/{course_id}/questions/export.xlsx        | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
GET    /courses/{course_id}/questions/export.gift        | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
GET    /questions/import-template.csv                    | 401                 | 200                 | 200                 | 200                 | 200
GET    /questions/import-template.xlsx                   | 401                 | 200                 | 200                 | 200                 | 200
GET    /questions/{question_id}                          | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
PATCH  /questions/{question_id}                          | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
DELETE /questions/{question_id}                          | 401                 | 404                 | 404                 | 204 404 404 404     | 204 204 204 404
GET    /questions/{question_id}/versions                 | 401                 | 404                 | 404                 | 200 404 404 404     | 200 200 200 404
GET    /questions/{question_id}/versions/{number}        | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 200 404 404

POST   /auth/invitations/accept                          | 200                 | 200                 | 200                 | 200                 | 200
GET    /courses/{course_id}/invitations                  | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
POST   /courses/{course_id}/invitations                  | 401                 | 403 403 404 404     | 403 403 404 404     | 201 403 404 404     | 201 201 409 404
POST   /courses/{course_id}/invitations/{invitation_id}/resend | 401           | 403 403 404 403 404 | 403 403 404 403 404 | 202 403 404 404 404 | 202 202 404 404 404
DELETE /courses/{course_id}/invitations/{invitation_id}  | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 204 403 404 404 404 | 204 204 404 404 404

POST   /courses/{course_id}/enroll                       | 401                 | 201 402 404 404     | 409 402 404 404     | 201 402 404 404     | 201 402 404 404
POST   /courses/{course_id}/checkout                     | 401                 | 409 201 404 404     | 409 201 404 404     | 409 201 404 404     | 409 201 404 404
GET    /courses/{course_id}/price                        | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
PUT    /courses/{course_id}/price                        | 401                 | 403 403 404 404     | 403 403 404 404     | 403 403 404 404     | 200 200 200 404
DELETE /courses/{course_id}/price                        | 401                 | 403 403 404 404     | 403 403 404 404     | 403 403 404 404     | 200 200 200 404
GET    /users/me/orders                                  | 401                 | 200                 | 200                 | 200                 | 200
GET    /orders/{order_id}                                | 401                 | 404                 | 200 404 404         | 404                 | 404
DELETE /courses/{course_id}/enroll                       | 401                 | 404                 | 204 404 404 404     | 404                 | 404
GET    /users/me/enrollments                             | 401                 | 200                 | 200                 | 200                 | 200
GET    /users/me/progress                                | 401                 | 200                 | 200                 | 200                 | 200
GET    /users/me/reading                                 | 401                 | 200                 | 200                 | 200                 | 200
GET    /users/me/groups                                  | 401                 | 200                 | 200                 | 200                 | 200
GET    /users/me/history                                 | 401                 | 200                 | 200                 | 200                 | 200
GET    /admin/enrollments                                | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/enrollments                                | 401                 | 403                 | 403                 | 403                 | 201
PATCH  /admin/enrollments/{enrollment_id}                | 401                 | 403                 | 403                 | 403                 | 200 200 404
DELETE /admin/enrollments/{enrollment_id}                | 401                 | 403                 | 403                 | 403                 | 204 204 404

POST   /lessons/{lesson_id}/attempts                     | 401                 | 403 403 403 404 404 | 200 403 403 404 404 | 403 403 403 404 404 | 403 403 403 404 404
GET    /lessons/{lesson_id}/attempts                     | 401                 | 403 403 200 404 404 | 200 403 200 404 404 | 200 403 200 404 404 | 200 200 200 404 404
GET    /attempts/{attempt_id}                            | 401                 | 404                 | 200 404 404         | 200 404 404         | 200 200 404
PUT    /attempts/{attempt_id}/answers                    | 401                 | 404                 | 200 404 404         | 404                 | 404
POST   /attempts/{attempt_id}/submit                     | 401                 | 404                 | 200 404 404         | 404                 | 404

GET    /lessons/{lesson_id}/submission                   | 401                 | 403 403 403 404 404 | 200 403 403 404 404 | 403 403 403 404 404 | 403 403 403 404 404
PUT    /lessons/{lesson_id}/submission                   | 401                 | 403 403 403 404 404 | 200 403 403 404 404 | 403 403 403 404 404 | 403 403 403 404 404
POST   /lessons/{lesson_id}/submission/submit            | 401                 | 403 403 403 404 404 | 201 403 403 404 404 | 403 403 403 404 404 | 403 403 403 404 404
DELETE /lessons/{lesson_id}/submission                   | 401                 | 403 403 403 404 404 | 204 403 403 404 404 | 403 403 403 404 404 | 403 403 403 404 404

POST   /courses/{course_id}/announcements                | 401                 | 403 403 404 404     | 403 403 404 404     | 201 403 404 404     | 201 201 201 404
GET    /courses/{course_id}/announcements                | 401                 | 403 403 404 404     | 200 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /users/me/announcements                           | 401                 | 200                 | 200                 | 200                 | 200
GET    /announcements/{announcement_id}                  | 401                 | 404                 | 200 404 404         | 200 404 404         | 200 200 404
PATCH  /announcements/{announcement_id}                  | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
POST   /announcements/{announcement_id}/publish          | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
DELETE /announcements/{announcement_id}                  | 401                 | 404                 | 404                 | 204 404 404         | 204 204 404
POST   /admin/groups/{group_id}/announcements            | 401                 | 404                 | 404                 | 201 404             | 201 404
GET    /admin/groups/{group_id}/announcements            | 401                 | 404                 | 404                 | 200 404             | 200 404

GET    /courses/{course_id}/access                       | 401                 | 200 200 404 404     | 200 200 404 404     | 200 200 404 404     | 200 200 200 404
GET    /lessons/{lesson_id}/access                       | 401                 | 200 200 200 404 404 | 200 200 200 404 404 | 200 200 200 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/playback                     | 401 401 200 401 401 | 403 403 200 404 404 | 200 403 200 404 404 | 200 403 200 404 404 | 200 200 200 404 404
GET    /lessons/{lesson_id}/playback?draft=true          | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/document                     | 401 401 200 401 401 | 403 403 200 404 404 | 200 403 200 404 404 | 200 403 200 404 404 | 200 200 200 404 404
GET    /lessons/{lesson_id}/document?draft=true          | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 200 200 404
POST   /lessons/{lesson_id}/playback/failed              | 401 401 202 401 401 | 403 403 202 404 404 | 202 403 202 404 404 | 202 403 202 404 404 | 202 202 202 404 404
GET    /lessons/{lesson_id}/progress                     | 401                 | 403 403 200 404 404 | 200 403 200 404 404 | 200 403 200 404 404 | 200 200 200 404 404
PUT    /lessons/{lesson_id}/progress                     | 401                 | 403 403 200 404 404 | 200 403 200 404 404 | 200 403 200 404 404 | 200 200 200 404 404
GET    /courses/{course_id}/grades/me                    | 401                 | 403 403 404 404     | 200 403 404 404     | 403 403 404 404     | 403 403 404 404
GET    /users/me/grades                                  | 401                 | 200                 | 200                 | 200                 | 200
GET    /courses/{course_id}/progress                     | 401                 | 403 403 404 404     | 200 403 404 404     | 403 403 404 404     | 403 403 404 404

GET    /courses/{course_id}/analytics                    | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/analytics?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/analytics.csv                | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/analytics.csv?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /lessons/{lesson_id}/analytics                    | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/analytics?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/analytics.csv                | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/analytics.csv?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 403 404 404 | 200 200 200 200 404
GET    /admin/analytics                                  | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/analytics.csv                              | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/revenue                                    | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/revenue.csv                                | 401                 | 403                 | 403                 | 403                 | 200

GET    /courses/{course_id}/learners                     | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/learners?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/learners.csv                 | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/learners.csv?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/learners/{user_id}/progress  | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
GET    /courses/{course_id}/learners/{user_id}/progress?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404 404 | 200 404 404 404 404
POST   /courses/{course_id}/learners/{user_id}/reset     | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
POST   /courses/{course_id}/learners/{user_id}/waive     | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
POST   /courses/{course_id}/learners/{user_id}/extend    | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
GET    /courses/{course_id}/grades                       | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grades?group_id={group_id}   | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grades/columns               | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grades/columns?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grades.csv                   | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grades.csv?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grades.xlsx                  | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/grades.xlsx?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/learners/{user_id}/grades    | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
GET    /courses/{course_id}/learners/{user_id}/grades?group_id={group_id} | 401                 | 404                 | 404                 | 200 403 404 404 404 | 200 404 404 404 404
GET    /courses/{course_id}/learners/{user_id}/grants    | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
GET    /courses/{course_id}/learners/{user_id}/overrides | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
PUT    /courses/{course_id}/learners/{user_id}/overrides/{target_id} | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
DELETE /courses/{course_id}/learners/{user_id}/overrides/{target_id} | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 204 403 404 404 404 | 204 204 404 404 404
PUT    /courses/{course_id}/learners/{user_id}/grades/{lesson_id} | 401            | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
GET    /courses/{course_id}/learners/{user_id}/grades/{lesson_id}/history | 401    | 403 403 404 403 404 | 200 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404

GET    /courses/{course_id}/marking                      | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/marking?group_id={group_id}  | 401                 | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
POST   /courses/{course_id}/marking/claim                | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
POST   /attempts/{attempt_id}/void                       | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
POST   /attempts/{attempt_id}/late-answers/accept        | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
POST   /questions/{question_id}/regrade                  | 401                 | 404                 | 404                 | 202 404 404 404     | 202 202 202 404
GET    /questions/{question_id}/regrades/{regrade_id}    | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 404 404 404
PATCH  /attempts/{attempt_id}/answers/{question_id}      | 401                 | 404                 | 404                 | 200 404 404 404 404 | 200 200 404 404 404
GET    /lessons/{lesson_id}/quiz/analysis                | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/quiz/analysis.csv            | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/quiz/attempts                | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/quiz/attempts?group_id={group_id} | 401            | 404                 | 404                 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/accommodations               | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
POST   /lessons/{lesson_id}/accommodations               | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 201 403 403 404 404 | 201 201 201 422 404
DELETE /lessons/{lesson_id}/accommodations/{accommodation_id} | 401            | 403 403 404 403 404 | 403 403 404 403 404 | 204 403 404 404 404 | 204 204 404 404 404

GET    /lessons/{lesson_id}/submissions                  | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/submissions?group_id={group_id} | 401              | 404                 | 404                 | 200 403 403 404 404 | 200 200 200 200 404
GET    /courses/{course_id}/homework-queue               | 401                 | 403 403 404 404     | 403 403 404 404     | 200 403 404 404     | 200 200 200 404
GET    /courses/{course_id}/homework-queue?group_id={group_id} | 401           | 404                 | 404                 | 200 403 404 404     | 200 200 200 404
GET    /lessons/{lesson_id}/submissions.zip              | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/submissions.zip?group_id={group_id} | 401          | 404                 | 404                 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/extensions                   | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
POST   /lessons/{lesson_id}/extensions                   | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 201 403 403 404 404 | 201 201 201 422 404
DELETE /lessons/{lesson_id}/extensions/{extension_id}    | 401                 | 403 403 404 403 404 | 403 403 404 403 404 | 204 403 404 404 404 | 204 204 404 404 404
POST   /lessons/{lesson_id}/grades/import                | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 202 403 403 404 404 | 202 202 202 202 404
GET    /lessons/{lesson_id}/grades/imports               | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/grades/imports/{grade_import_id} | 401             | 403 403 404 403 404 | 403 403 404 403 404 | 200 403 404 404 404 | 200 200 404 404 404
GET    /lessons/{lesson_id}/grades.csv                   | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/grades.csv?group_id={group_id} | 401               | 404                 | 404                 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/grades.xlsx                  | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404
GET    /lessons/{lesson_id}/grades.xlsx?group_id={group_id} | 401              | 404                 | 404                 | 200 403 403 404 404 | 200 200 200 200 404
GET    /submissions/{submission_id}                      | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
POST   /submissions/{submission_id}/claim                | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
DELETE /submissions/{submission_id}/claim                | 401                 | 404                 | 404                 | 204 404 404         | 204 204 404
PUT    /submissions/{submission_id}/grade                | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
POST   /submissions/{submission_id}/return               | 401                 | 404                 | 404                 | 200 404 404         | 200 200 404
POST   /lessons/{lesson_id}/grades/release               | 401                 | 403 403 403 404 404 | 403 403 403 404 404 | 200 403 403 404 404 | 200 200 200 200 404

GET    /admin/users                                      | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/users                                      | 401                 | 403                 | 403                 | 403                 | 201
GET    /admin/users/{user_id}                            | 401                 | 403                 | 403                 | 403                 | 200 200 404
PATCH  /admin/users/{user_id}                            | 401                 | 403                 | 403                 | 403                 | 409 200 404
GET    /admin/invitations                                | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/invitations                                | 401                 | 403                 | 403                 | 403                 | 201
POST   /admin/invitations/batch                          | 401                 | 403                 | 403                 | 403                 | 201
POST   /admin/invitations/{invitation_id}/resend         | 401                 | 403                 | 403                 | 403                 | 202 404
POST   /admin/invitations/{invitation_id}/link           | 401                 | 403                 | 403                 | 403                 | 201 404
DELETE /admin/invitations/{invitation_id}                | 401                 | 403                 | 403                 | 403                 | 204 404
GET    /admin/programs                                   | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/programs                                   | 401                 | 403                 | 403                 | 403                 | 201
GET    /admin/programs/{program_id}                      | 401                 | 403                 | 403                 | 403                 | 200 404
PATCH  /admin/programs/{program_id}                      | 401                 | 403                 | 403                 | 403                 | 200 404
DELETE /admin/programs/{program_id}                      | 401                 | 403                 | 403                 | 403                 | 204 404
GET    /admin/programs/{program_id}/members              | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/programs/{program_id}/members              | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/programs/{program_id}/members/remove       | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/subjects                                   | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/subjects                                   | 401                 | 403                 | 403                 | 403                 | 201
GET    /admin/subjects/{subject_id}                      | 401                 | 403                 | 403                 | 403                 | 200 404
PATCH  /admin/subjects/{subject_id}                      | 401                 | 403                 | 403                 | 403                 | 200 404
PUT    /admin/subjects/{subject_id}/teachers             | 401                 | 403                 | 403                 | 403                 | 200 404
DELETE /admin/subjects/{subject_id}                      | 401                 | 403                 | 403                 | 403                 | 204 404
POST   /admin/imports                                    | 401                 | 403                 | 403                 | 403                 | 202
GET    /admin/imports                                    | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/imports/{import_id}                        | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/imports/{import_id}/errors.xlsx            | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/groups/{group_id}/members.csv              | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/groups/{group_id}/members.xlsx             | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/users.csv                                  | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/users.xlsx                                 | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/groups                                     | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/groups                                     | 401                 | 403                 | 403                 | 403                 | 201
GET    /admin/groups/{group_id}                          | 401                 | 403                 | 403                 | 403                 | 200 404
PATCH  /admin/groups/{group_id}                          | 401                 | 403                 | 403                 | 403                 | 200 404
DELETE /admin/groups/{group_id}                          | 401                 | 403                 | 403                 | 403                 | 204 404
GET    /admin/groups/{group_id}/staff                    | 401                 | 403                 | 403                 | 403                 | 200 404
PUT    /admin/groups/{group_id}/staff                    | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /groups                                           | 401                 | 403                 | 403                 | 200                 | 200
GET    /groups/{group_id}                                | 401                 | 404                 | 404                 | 200 404             | 200 404
GET    /groups/{group_id}/progress                       | 401                 | 404                 | 404                 | 200 404             | 200 404
GET    /groups/{group_id}/progress.csv                   | 401                 | 404                 | 404                 | 200 404             | 200 404
GET    /groups/{group_id}/progress.xlsx                  | 401                 | 404                 | 404                 | 200 404             | 200 404
GET    /admin/groups/{group_id}/members                  | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/groups/{group_id}/members                  | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/groups/{group_id}/members/remove           | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/groups/{group_id}/members/move             | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/groups/{group_id}/courses                  | 401                 | 403                 | 403                 | 403                 | 200 404
PUT    /admin/groups/{group_id}/courses/{course_id}      | 401                 | 403                 | 403                 | 403                 | 200 200 404 200 404
DELETE /admin/groups/{group_id}/courses/{course_id}      | 401                 | 403                 | 403                 | 403                 | 204 404 404 204 404
GET    /admin/groups/{group_id}/programs                 | 401                 | 403                 | 403                 | 403                 | 200 404
PUT    /admin/groups/{group_id}/programs/{program_id}    | 401                 | 403                 | 403                 | 403                 | 200 200 200 200 404
DELETE /admin/groups/{group_id}/programs/{program_id}    | 401                 | 403                 | 403                 | 403                 | 204 204 204 204 404
DELETE /admin/users/{user_id}/mfa                        | 401                 | 403                 | 403                 | 403                 | 409 204 404
GET    /admin/users/{user_id}/accommodations             | 401                 | 403                 | 403                 | 403                 | 200 200 404
PUT    /admin/users/{user_id}/accommodations             | 401                 | 403                 | 403                 | 403                 | 200 200 404
DELETE /admin/users/{user_id}/accommodations             | 401                 | 403                 | 403                 | 403                 | 204 204 404
POST   /admin/users/{user_id}/links                      | 401                 | 403                 | 403                 | 403                 | 201 201 404
GET    /admin/audit-log                                  | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/uploads                                    | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/uploads                                    | 401                 | 403                 | 403                 | 403                 | 201
POST   /admin/uploads/from-url                           | 401                 | 403                 | 403                 | 403                 | 201
POST   /admin/uploads/import                             | 401                 | 403                 | 403                 | 403                 | 201
GET    /admin/uploads/{video_id}                         | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/status                                     | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/webhook-events                             | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/webhook-events/{event_id}                  | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/webhook-events/{event_id}/replay           | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/payment-events                             | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/payment-events/{payment_event_id}          | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/payment-events/{payment_event_id}/replay   | 401                 | 403                 | 403                 | 403                 | 202 404
POST   /admin/payment-events/{payment_event_id}/skip     | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/followers                                  | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/followers/{follower_name}/replay           | 401                 | 403                 | 403                 | 403                 | 200 404
POST   /admin/followers/{follower_name}/park             | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/parked-events                              | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/parked-events/{parked_id}/retry            | 401                 | 403                 | 403                 | 403                 | 202 404
POST   /admin/parked-events/{parked_id}/skip             | 401                 | 403                 | 403                 | 403                 | 204 404
GET    /admin/commands                                   | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/commands/{command_id}/retry                | 401                 | 403                 | 403                 | 403                 | 202 404
POST   /admin/commands/{command_id}/skip                 | 401                 | 403                 | 403                 | 403                 | 200 404
GET    /admin/reviews                                    | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/reviews/{review_id}/hide                   | 401                 | 403                 | 403                 | 403                 | 200 200 404
POST   /admin/reviews/{review_id}/restore                | 401                 | 403                 | 403                 | 403                 | 409 200 404
POST   /admin/reviews/{review_id}/dismiss                | 401                 | 403                 | 403                 | 403                 | 200 200 404
GET    /admin/coupons                                    | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/coupons                                    | 401                 | 403                 | 403                 | 403                 | 201
GET    /admin/coupons/{coupon_id}                        | 401                 | 403                 | 403                 | 403                 | 200 404
PATCH  /admin/coupons/{coupon_id}                        | 401                 | 403                 | 403                 | 403                 | 200 404
DELETE /admin/coupons/{coupon_id}                        | 401                 | 403                 | 403                 | 403                 | 204 404
GET    /admin/orders                                     | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/orders.csv                                 | 401                 | 403                 | 403                 | 403                 | 200
GET    /admin/orders/{order_id}                          | 401                 | 403                 | 403                 | 403                 | 200 200 404
POST   /admin/orders/{order_id}/refund                   | 401                 | 403                 | 403                 | 403                 | 409 409 404
GET    /admin/mails                                      | 401                 | 403                 | 403                 | 403                 | 200
POST   /admin/mails/{mail_id}/retry                      | 401                 | 403                 | 403                 | 403                 | 202 404
GET    /events                                           | 401                 | 403                 | 403                 | 403                 | 200

POST   /webhooks/mux                                     | 200                 | 200                 | 200                 | 200                 | 200
POST   /webhooks/stripe                                  | 200                 | 200                 | 200                 | 200                 | 200
"""


@dataclass(frozen=True)
class Row:
    """One line of the table: the operation, its query, and its statuses by caller and object."""

    operation: str
    query: str
    statuses: dict[str, dict[str, int]]

    def __str__(self) -> str:
        return f"{self.operation}?{self.query}" if self.query else self.operation


def objects(path: str) -> tuple[str, ...]:
    """Return the objects of a path, by its parameters."""
    if path.endswith("/video/import"):
        return IMPORT_OBJECTS
    names = [name for name in re.findall(r"{(\w+)}", path) if name not in CHOICES]
    return NESTED_OBJECTS if len(names) > 1 else OBJECTS[names[0]] if names else ("own",)


def rows() -> list[Row]:
    """Read the table."""
    return [_row(line) for line in TABLE.splitlines()[2:] if line]


def _row(line: str) -> Row:
    operation, *cells = [cell.strip() for cell in line.split("|")]
    method, url = operation.split()
    path, _, query = url.partition("?")
    statuses = {caller: _cell(cell, objects(path)) for caller, cell in zip(CALLERS, cells, strict=True)}
    return Row(f"{method} {path}", query, statuses)


def _cell(text: str, objects: tuple[str, ...]) -> dict[str, int]:
    numbers = [int(number) for number in text.split()]
    return dict(zip(objects, numbers * len(objects) if len(numbers) == 1 else numbers, strict=True))
