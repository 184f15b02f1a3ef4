"""`python -m devstack.mail --smtp-port P --port P`: the mail catcher as a process of the local stack."""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading

from werkzeug.serving import BaseWSGIServer, make_server

from devstack.mail.app import create_app
from devstack.mail.catcher import Catcher
from devstack.web import HOST, QuietRequestHandler


def main() -> None:
    asyncio.run(serve(_parse_options()))


async def serve(options: argparse.Namespace) -> None:
    """Serve until a signal arrives."""
    catcher = Catcher(options.smtp_port)
    page = make_server(HOST, options.port, create_app(catcher), threaded=True, request_handler=QuietRequestHandler)
    stop_requested = _stop_request(until_end_of_input=options.until_end_of_input)
    await catcher.open()
    threading.Thread(target=page.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    print(json.dumps(_addresses(catcher, page)), flush=True)
    await stop_requested.wait()
    page.shutdown()


def _stop_request(*, until_end_of_input: bool) -> asyncio.Event:
    loop, stop_requested = asyncio.get_running_loop(), asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop_requested.set)
    if until_end_of_input:
        # The pipe from the parent closes whichever way that one ends, so that no catcher is left behind.
        loop.add_reader(sys.stdin.fileno(), stop_requested.set)
    return stop_requested


def _addresses(catcher: Catcher, page: BaseWSGIServer) -> dict[str, object]:
    return {
        "ready": True,
        "url": f"smtp://{HOST}:{catcher.port}",
        "inbox": f"http://{HOST}:{page.server_port}",
        "pid": os.getpid(),
    }


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.mail", description="A mail catcher at 127.0.0.1.")
    parser.add_argument("--smtp-port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--port", type=int, default=0, help="of the inbox's page; a free one when 0")
    parser.add_argument("--until-end-of-input", action="store_true", help="stop when standard input is closed as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
