"""The server of an emulator, and the directory with what it keeps."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

from devstack.emulation.store import Store
from devstack.web import HOST, QuietRequestHandler


class Server:
    """A server at 127.0.0.1 whose port is known before it serves, and a store.

    data_dir: keeps everything between starts; a temporary one if None. port: a free one if 0.
    """

    def __init__(self, name: str, data_dir: Path | None, port: int) -> None:
        self._temporary = TemporaryDirectory(prefix=f"{name}-") if data_dir is None else None
        self.directory = Path(self._temporary.name) if self._temporary else Path(data_dir or "")
        self.directory.mkdir(parents=True, exist_ok=True)
        self.store = Store(self.directory / f"{name}.sqlite3")
        self._server = make_server(HOST, port, Flask("starting"), threaded=True, request_handler=QuietRequestHandler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.url = f"http://{HOST}:{self._server.server_port}"

    def start(self, app: Flask) -> None:
        """Begin to serve an application."""
        self._server.app = app
        self._thread.start()

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def close(self) -> None:
        """Close the store, and remove a temporary directory."""
        self.store.close()
        if self._temporary:
            self._temporary.cleanup()
