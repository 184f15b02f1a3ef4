"""Mux's error responses: `{"error": {"type", "messages"}}`."""

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

ERROR_TYPES = {400: "invalid_parameters", 401: "unauthorized", 403: "forbidden", 404: "not_found"}
NOT_FOUND = "The requested resource either doesn't exist or you don't have access to it."


class MuxError(Exception):
    """An error response."""

    def __init__(self, status: int, *messages: str, kind: str | None = None) -> None:
        super().__init__(*messages)
        self.status = status
        self.kind = kind or ERROR_TYPES.get(status, "error")
        self.messages = list(messages)


def not_found() -> MuxError:
    return MuxError(404, NOT_FOUND)


def error_response(error: MuxError) -> Response:
    response = jsonify(error={"type": error.kind, "messages": error.messages})
    response.status_code = error.status
    return response


def register(app: Flask) -> None:
    @app.errorhandler(MuxError)
    def handle_mux_error(error: MuxError) -> Response:
        return error_response(error)

    @app.errorhandler(HTTPException)
    def handle_http_error(error: HTTPException) -> Response:
        status = error.code or 500
        return error_response(not_found() if status == 404 else MuxError(status, error.description or error.name))
