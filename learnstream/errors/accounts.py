"""Errors of accounts, sessions and tokens."""

from learnstream.errors import (
    AppError,
    BadRequest,
    Conflict,
    Denied,
    NotFound,
    Retry,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
)


class AdminsOnly(Denied):
    code, detail = "admins_only", "Only administrators may do this."


class TokenRevoked(Unauthenticated):
    code, detail = "token_revoked", "The session has ended; sign in again."


class EmailTaken(Conflict):
    code, detail = "email_taken", "An account with this e-mail address already exists."


class NoSuchUser(NotFound):
    detail = "The user does not exist."


class InvalidCredentials(Unauthenticated):
    code, detail = "invalid_credentials", "The e-mail address or the password is wrong."
    retry = Retry.NEVER


class LastAdministrator(Conflict):
    code, detail = "last_admin", "This is the last active administrator; create another one first."


class PasswordRefused(Unprocessable):
    code, detail = "password_refused", "This password is too easy to guess."


class WrongPassword(Denied):
    code, detail = "wrong_password", "The current password is wrong."
    retry = Retry.NEVER


class TokenReused(Unauthenticated):
    """Raised after revoking the session and writing an audit entry, which the caller must still commit."""

    code, detail = "token_reused", "This refresh token was already used, so its session has been ended; sign in again."
    retry = Retry.NEVER


class AccountDisabled(Denied):
    code, detail = "account_disabled", "This account has been disabled."


class NoSuchSession(NotFound):
    detail = "You have no session with this id."


class TooManyFailures(TooManyRequests):
    code, detail = "rate_limited", "Too many attempts; wait before you try again."


class TokenExpired(Unauthenticated):
    code, detail = "token_expired", "The token has expired."


class TokenInvalid(Unauthenticated):
    code, detail = "token_invalid", "The token is not valid."


class LinkInvalid(BadRequest):
    code = "link_invalid"
    detail = "This link is not valid: it is incomplete, was used already, or no longer applies. Request a new one."


class LinkExpired(AppError):
    status, code, detail = 410, "link_expired", "This link has expired. Request a new one."


class EmailVerified(Conflict):
    code, detail = "email_verified", "The e-mail address has been verified already."


class EmailUnverified(Denied):
    code = "email_unverified"
    detail = "Verify your e-mail address first, with the link that was mailed to you. Resetting the password verifies it as well."


class MfaCodeRequired(Denied):
    """Raised at a sign-in with `mfa_token`, which belongs to the second step."""

    code, detail = "mfa_code_required", "Send a code of the authenticator app as well, or a recovery code."


class MfaTokenInvalid(Unauthenticated):
    code, detail = "mfa_token_invalid", "The sign-in took too long, or the account has changed; start again."
    retry = Retry.NEVER


class MfaSetupRequired(Denied):
    code, detail = "mfa_setup_required", "This role needs a second factor. Set one up first: `create_totp` at /docs."


class WrongCode(Denied):
    """Raised after the failure was counted, which the caller must still commit."""

    code, detail = "wrong_code", "The code is wrong, or was used before."
    retry = Retry.NEVER


class SecondFactorEnabled(Conflict):
    code, detail = "second_factor_enabled", "The account has a second factor; remove it to set up another one."


class OwnSecondFactor(Conflict):
    code, detail = "own_second_factor", "Remove your own second factor with your password and a code."


class NoSecondFactor(NotFound):
    detail = "The account has no second factor."


class SecondFactorUnconfigured(Unavailable):
    """No key to encrypt secrets with is configured, or that of a stored secret has been removed."""

    code, detail = "second_factor_unconfigured", "Second factors are not configured on this server."
    retry_after = 300


class ReauthenticationRequired(Unauthenticated):
    code, detail = "reauthentication_required", "Confirm your password to do this: you signed in too long ago."
