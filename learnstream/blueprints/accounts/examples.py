"""Examples of accounts, tokens and sessions."""

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
PROFILE = ACCOUNT | {"email_verified_at": None, "created_at": cast.REGISTERED_AT}
NEW_EMAIL = {"email": "sam@school.test"}
PROFILE_CHANGE = NEW_EMAIL | {"current_password": cast.PASSWORD}
