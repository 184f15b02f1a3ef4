"""Errors of the request itself: its body, path, idempotency key or precondition."""

from learnstream.errors import BadRequest, Conflict, Retry, Unprocessable


class MalformedIfMatch(BadRequest):
    code, detail = "malformed_if_match", 'If-Match must be `*` or a list of ETags in quotes, like "7".'


class KeyInUse(Conflict):
    code, detail = "idempotency_key_in_use", "The first request with this Idempotency-Key is still running."
    retry = Retry.LATER


class KeyReused(Unprocessable):
    code, detail = "idempotency_key_reused", "This Idempotency-Key was already used for a different request."


class BodyIncomplete(BadRequest):
    code, detail = "body_incomplete", "The body ended before it was complete."
    retry = Retry.LATER


class TwoSlashes(BadRequest):
    detail = "The path must not begin with two slashes."


class MalformedJson(BadRequest):
    code, detail = "malformed_json", "The body is not valid JSON."
