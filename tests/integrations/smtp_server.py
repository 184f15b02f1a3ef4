"""A scripted SMTP server, for what the catcher does not do: TLS, logins, strange replies, and no end of patience."""

import socketserver
import threading
import time
from contextlib import ExitStack, suppress

GREETING, HELLO, OK, GO_AHEAD = (
    "220 ready",
    "250-hello\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n250 AUTH PLAIN",
    "250 OK",
    "354 go",
)
REPLIES = {"EHLO": HELLO, "DATA": GO_AHEAD, "AUTH": "235 welcome", "STARTTLS": "220 go", "QUIT": "221 bye"}


class ScriptedServer:
    """Its replies can be replaced, by verb; `commands` is what clients have sent, `mails` the contents.

    pause: seconds before each byte of a reply. context: for TLS, from the beginning if `implicit`, else by STARTTLS.
    """

    def __init__(self, *, context=None, implicit=False, pause=0.0, **replies):
        self.replies = {"greeting": GREETING, "accepted": "250 queued as 1"} | REPLIES | replies
        self.context = context
        self.implicit = implicit
        self.pause = pause
        self.commands = []
        self.mails = []
        self.connections = 0
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler(), bind_and_activate=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False

    @property
    def port(self):
        return self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                outer.connections += 1
                with suppress(OSError):
                    outer._converse(self.request)

        return Handler

    def _converse(self, line):
        with ExitStack() as opened:
            self._answer(line, opened)

    def _answer(self, line, opened):
        if self.implicit:
            line = opened.enter_context(self.context.wrap_socket(line, server_side=True))
        self._say(line, self.replies["greeting"])
        lines = opened.enter_context(line.makefile("rb"))
        while text := lines.readline().decode():
            verb = text.split(maxsplit=1)[0].upper()
            self.commands.append(text.strip())
            self._say(line, self.replies.get(verb, OK))
            if verb == "STARTTLS" and self.context:
                line = opened.enter_context(self.context.wrap_socket(line, server_side=True))
                lines = opened.enter_context(line.makefile("rb"))
            elif verb == "DATA" and self.replies[verb].startswith("354"):
                self._receive(lines)
                self._say(line, self.replies["accepted"])
            elif verb == "QUIT":
                return

    def _receive(self, lines):
        content = []
        while (text := lines.readline()) not in {b".\r\n", b""}:
            content.append(text.removeprefix(b".") if text.startswith(b"..") else text)
        self.mails.append(b"".join(content))

    def _say(self, line, reply):
        if not self.pause:
            line.sendall(f"{reply}\r\n".encode())
            return
        for character in f"{reply}\r\n":
            line.sendall(character.encode())
            time.sleep(self.pause)
