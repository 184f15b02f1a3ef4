"""Examples of accounts, tokens and sessions."""

from learnstream.errors.accounts import PasswordRefused
from learnstream.web import cast

TOKEN = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjVmM2M5YTFlIiwidHlwIjoiSldUIn0…"  # noqa: S105 - the form of one
CREDENTIALS = {"email": cast.LEARNER["email"], "password": cast.PASSWORD}
PASSWORD_FORM = {"username": CREDENTIALS["email"], "password": CREDENTIALS["password"]}
ACCOUNT = {**cast.LEARNER, "role": "student"}
PAIR = {"access_token": TOKEN, "refresh_token": TOKEN, "token_type": "bearer", "expires_in": 900}
SESSION = {
    "id": "0b8e9f0a-5a4c-4f53-9d0e-3c1d8f6a7b21",
    "user_agent": "Mozilla/5.0",
    "ip": cast.CLIENT_ADDRESS,
    "created_at": cast.ENROLLED_AT,
    "last_used_at": cast.WATCHED_AT,
    "expires_at": "2026-06-01T12:00:00+00:00",
    "current": True,
}
PROFILE = ACCOUNT | {
    "email_verified_at": None,
    "created_at": cast.REGISTERED_AT,
    "phone": None,
    "timezone": cast.TIME_ZONE,
    "language": "en",
    "photo": cast.PHOTO,
}
MY_PROFILE = PROFILE | {"pending_email": None}
NEW_EMAIL = {"email": "sam@school.test"}
PENDING_EMAIL = {"pending_email": "sam@school.test"}
ACCEPTED = {"detail": "If this address has an account, a mail is on its way to it."}
SENT = {"detail": "A mail is on its way to this address."}
PROFILE_CHANGE = NEW_EMAIL | {"current_password": cast.PASSWORD}
INVITEE = {"email": cast.INVITED["email"], "role": "student", "course_ids": [cast.COURSE_ID], "message": "Welcome!"}
COURSE_INVITEE = {"email": cast.INVITED["email"], "message": "Welcome!"}
INVITATION = INVITEE | {
    "id": cast.INVITATION_ID,
    "language": None,
    "state": "pending",
    "mail": "requested",
    "mail_requested_at": cast.PUBLISHED_AT,
    "invited_by": cast.ADMIN_ID,
    "created_at": cast.PUBLISHED_AT,
    "expires_at": "2026-04-25T16:00:00+00:00",
    "accepted_at": None,
    "accepted_by": None,
    "revoked_at": None,
}
COURSE_INVITATION = INVITATION | {"invited_by": cast.INSTRUCTOR["id"]}
ACCEPTANCE = {"token": TOKEN, "name": cast.INVITED["name"], "password": cast.PASSWORD}
ACCEPTED_INVITATION = {
    "account": cast.INVITED | {"role": "student"},
    "created": True,
    "course_ids": [cast.COURSE_ID],
}
INVITATION_LINK = {
    "url": "https://api.school.test/invitation?token=eyJ…",
    "expires_at": "2026-04-25T16:00:00+00:00",
}
MFA_TOKEN = "WzcsIjVmM2M5YTFlN2IyZDRjNjAiXQ…"  # noqa: S105 - the form of one
CODE = {"code": "492039"}
SECOND_STEP = {"mfa_token": MFA_TOKEN, **CODE}
IDENTITY = {"password": cast.PASSWORD, **CODE}
SECOND_FACTOR = {"enabled": True, "enabled_at": cast.ENROLLED_AT, "recovery_codes_left": 10}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - an example
SETUP = {
    "secret": SECRET,
    "otpauth_uri": f"otpauth://totp/LearnStream:{cast.LEARNER['email']}?secret={SECRET}&issuer=LearnStream",
    "qr_svg": '<svg viewBox="0 0 212 212" class="segno">…</svg>',
}
RECOVERY_CODES = {"recovery_codes": cast.RECOVERY_CODES}
COMMON_PASSWORD = PasswordRefused(errors={"json": {"password": ["Must not be one of the most common passwords."]}})
