"""Shared by the local stack's own HTTP servers."""

from werkzeug.serving import WSGIRequestHandler

HOST = "127.0.0.1"


class QuietRequestHandler(WSGIRequestHandler):
    """A request handler that logs nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
