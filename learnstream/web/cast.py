"""The people, the course and the times that all examples of the documentation share, so that they tell one story.

Ines teaches "Astronomy for beginners". Sam enrolls in its first version, watches the first lesson, and moves to the
second version when it is published. Ada is the administrator, who invites Tara.
"""

from learnstream.web import photo_urls

ADMIN_ID = 1
INSTRUCTOR = {"id": 3, "name": "Ines Rocha"}
INSTRUCTOR_EMAIL = "ines@example.com"
SECOND_INSTRUCTOR_ID = 8
LEARNER = {"id": 7, "name": "Sam Adeyemi", "email": "sam@example.com"}
LEARNER_ID = 7
OTHER_LEARNER_ID = 9
INVITED = {"id": 10, "name": "Tara Lind", "email": "tara@example.com"}
INVITATION_ID = 21
PASSWORD = "a walrus in the pantry"  # noqa: S105 - an example
RECOVERY_CODES = [
    "7k2m-q9xw-4h3d-0tzn",
    "b5rj-8cvy-2pne-6gsa",
    "w1fz-m4kt-9dxq-h7e3",
    "3yva-6n0b-rq5c-kj8p",
    "zt9g-2wde-5m7x-c4hf",
    "p6qs-v3nk-1yzb-8r0j",
    "e4xh-7tcm-g2wa-9v5d",
    "0nkd-5jzr-x8qf-3b6y",
    "h2vp-9sge-4k1t-m7cw",
    "j8aw-c0fy-6xnd-q5z2",
]
CLIENT_ADDRESS = "203.0.113.7"
REQUEST_ID = "5f3c9a1e7b2d4c60"

COURSE_ID = "6560f3a2c1d4e5f6a7b8c9d0"
COURSE_TITLE, COURSE_SLUG = "Astronomy for beginners", "astronomy-for-beginners"
SUBJECT_ID, SUBJECT_NAME, SUBJECT_CODE = 5, "Physics", "PHY"
PROGRAM_ID, PROGRAM_TITLE = 2, "The sky in a year"
COVER = "https://images.example.com/stars.jpg"
PHOTO_ID = "6560f3a2c1d4e5f6a7b8c9e0"
PHOTO = photo_urls.urls(PHOTO_ID)
MODULE_ID, MODULE_TITLE = "6560f3a2c1d4e5f6a7b8c9d1", "The sky above us"
NEXT_MODULE_ID, NEXT_MODULE_TITLE = "6560f3a2c1d4e5f6a7b8c9d5", "Beyond"
# The first lesson is a video, the second a text.
LESSON_ID, LESSON_TITLE = "6560f3a2c1d4e5f6a7b8c9d2", "Why the moon has phases"
NEXT_LESSON_ID, NEXT_LESSON_TITLE = "6560f3a2c1d4e5f6a7b8c9d4", "How to find the planets"
REMOVED_LESSON_ID, REMOVED_LESSON_TITLE = "6560f3a2c1d4e5f6a7b8c9d6", "An old calendar"
VIDEO_ID, VIDEO_SECONDS = "6560f3a2c1d4e5f6a7b8c9d3", 312.4
OLD_VIDEO_ID = "6560f3a2c1d4e5f6a7b8c9d7"
# A document lesson of the course, and its file.
HANDOUT_LESSON_ID, HANDOUT_LESSON_TITLE = "6560f3a2c1d4e5f6a7b8c9d8", "The sky this month"
DOCUMENT_ID, DOCUMENT_NAME = "6560f3a2c1d4e5f6a7b8c9d9", "Star chart.pdf"
DOCUMENT_PAGES, DOCUMENT_SIZE = 4, 482_113
# A quiz lesson of the course, and the learner's first attempt at it.
QUIZ_LESSON_ID, QUIZ_LESSON_TITLE = "6560f3a2c1d4e5f6a7b8c9e2", "What have you seen?"
QUESTION_ID = "6560f3a2c1d4e5f6a7b8c9e3"
# An assignment lesson of the course, and a file of its instructions.
ASSIGNMENT_LESSON_ID, ASSIGNMENT_LESSON_TITLE = "6560f3a2c1d4e5f6a7b8c9f1", "A month of moons"
ATTACHMENT_ID, ATTACHMENT_NAME, ATTACHMENT_SIZE = "6560f3a2c1d4e5f6a7b8c9f2", "Observation sheet.pdf", 96_204
ATTEMPT_ID = "6560f3a2c1d4e5f6a7b8c9e5"
REGRADE_ID = "6560f3a2c1d4e5f6a7b8c9e8"
OPTION_ID, OTHER_OPTION_ID = "9f3c51d08a2b6e74", "2d7b90e4c6f1a835"
ACCESS_CODE = "perihelion"
QUESTION_STEM = "Which planet is the largest?"
QUESTION_CONTENT = {
    "options": [
        {"id": "1", "text": "Jupiter", "correct": True, "feedback": ""},
        {"id": "2", "text": "Saturn", "correct": False, "feedback": "It is the second largest."},
    ]
}
# An assignment of the course, and what the learner handed in.
ASSIGNMENT_LESSON_ID, ASSIGNMENT_LESSON_TITLE = "6560f3a2c1d4e5f6a7b8c9f0", "Keep a moon diary"
SUBMISSION_ID, SUBMITTED_FILE_ID = "6560f3a2c1d4e5f6a7b8c9f1", "6560f3a2c1d4e5f6a7b8c9f2"
BOOK_ID, BOOK_TITLE, BOOK_AUTHOR = "6560f3a2c1d4e5f6a7b8c9f7", "A Treatise on Astronomy", "John Herschel"
BOOK_ISBN, OTHER_BOOK_ID = "9781108005517", "6560f3a2c1d4e5f6a7b8c9f8"
BOOKS_FILE_ID, BOOK_IMPORT_ID = "6560f3a2c1d4e5f6a7b8c9f9", 15
REVIEW_ID = "6560f3a2c1d4e5f6a7b8c9f6"
# A book of the course's reading list.
BOOK_ID, BOOK_TITLE, BOOK_AUTHOR = "6560f3a2c1d4e5f6a7b8ca01", "Astronomy with an Opera-Glass", "Garrett P. Serviss"
NOTICE_ID = "6560f3a2c1d4e5f6a7b8ca10"
PRICE_AMOUNT = 4900
PRICE = {"amount": PRICE_AMOUNT, "currency": "eur"}
ORDER_ID = 23
CHECKOUT_URL = "https://checkout.stripe.com/c/pay/cs_test_a1b2c3"
RECEIPT_URL = "https://pay.stripe.com/receipts/a1b2c3"
GROUP_ID, GROUP_NAME, GROUP_CODE = 5, "Astronomy, Mondays", "AST-MO"
OTHER_GROUP_ID = 6
PEOPLE_FILE_ID, IMPORT_ID = "6560f3a2c1d4e5f6a7b8c9e1", 4
QUESTIONS_FILE_ID, QUESTION_IMPORT_ID = "6560f3a2c1d4e5f6a7b8c9e6", 9
FILE_LINK_TOKEN = f"{HANDOUT_LESSON_ID}-{DOCUMENT_ID}-0-1773081060.Zm9vYmFy"
ASSET_ID = "z3K6DX4yhJJ2CAe7ZcXCuWpNd501wa9axPmtROO5I5tc"
PAYMENT_EVENT_ID, CHECKOUT_ID = "evt_1TRe5Y2eZvKYlo2C7x4d9QbM", "cs_live_a1k8Zb3VpQe7"
UPLOAD_ID = "gjjg48rGLX4hBM9NVLzfTs13r8nr02CkYWE02Byd8jgV00"
PLAYBACK_ID = "uNbxnGLKJ00yfbijDO8COxTOyVKT01xpxW"
VIEWING_ID = f"{LEARNER_ID}-{LESSON_ID}-{VIDEO_ID}-019ca92a50009f3c5a1e.…"
ENROLLMENT_ID = 12
GRANT_ID = 31
ACCOMMODATION_ID = 14
EXTENSION_ID = 17
ANNOUNCEMENT_ID, ANNOUNCEMENT_TITLE = "6560f3a2c1d4e5f6a7b8c9f4", "Clear skies on Friday"
GRADES_FILE_ID, GRADE_IMPORT_ID = "6560f3a2c1d4e5f6a7b8c9ea", 11
# A discount on the course.
COUPON_ID, COUPON_CODE = 6, "SPRING-STARS"
PAYMENT_ID, VENDOR_PAYMENT_ID = 18, "pi_3Q2w3E"
REFUND_ID, VENDOR_REFUND_ID = 3, "re_3Q2w3E"
# How far Sam has come in the video.
POSITION, WATCHED_SECONDS, FRACTION = 137.6, 138, 0.4423

TIME_ZONE = "Europe/Berlin"
CREATED_AT = "2026-03-01T12:00:00+00:00"
EDITED_AT = "2026-03-01T12:30:00+00:00"
FIRST_PUBLISHED_AT = "2026-03-02T09:00:00+00:00"
REGISTERED_AT = "2026-03-03T08:00:00+00:00"
ENROLLED_AT = "2026-03-03T12:00:00+00:00"
WATCHED_ON = "2026-03-09"
BEGAN_AT = f"{WATCHED_ON}T18:28:00+00:00"
WATCHED_AT = f"{WATCHED_ON}T18:30:40+00:00"
ATTEMPT_ENDS_AT = f"{WATCHED_ON}T18:58:00+00:00"
COUNTED_AT = f"{WATCHED_ON}T18:31:00+00:00"
COMPLETED_AT = f"{WATCHED_ON}T18:34:00+00:00"
ASSIGNMENT_DUE_AT = "2026-03-20T18:00:00+00:00"
OPENS_AT = "2026-04-01T08:00:00+00:00"
CLOSES_AT = "2026-04-10T18:00:00+00:00"
DUE_AT, ACCEPTED_UNTIL = "2026-04-07T18:00:00+00:00", "2026-04-09T18:00:00+00:00"
PUBLISHED_AT = "2026-04-11T16:00:00+00:00"
EXPIRES_AT = "2027-03-03T12:00:00+00:00"
NOTE = "Lesson 3 explains eclipses, too."
