"""`python -m devstack.s3 --port P --data-dir D`: the S3 server as a process of the local stack."""

import argparse
import json
import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from devstack.s3.server import BucketServer
from devstack.s3.settings import SECRET_VARIABLE, bucket


def main() -> None:
    """Serve until a signal arrives."""
    options = _parse_options()
    with ExitStack() as exit_stack:
        data = options.data_dir or Path(exit_stack.enter_context(TemporaryDirectory(prefix="s3-")))
        secret = os.environ[SECRET_VARIABLE]
        server = exit_stack.enter_context(BucketServer(data, lambda url: bucket(url, secret), port=options.port))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        print(json.dumps({"ready": True, "url": server.bucket.endpoint, "pid": os.getpid()}), flush=True)
        _wait_for_stop(until_end_of_input=options.until_end_of_input)
        server.shutdown()


def _wait_for_stop(*, until_end_of_input: bool) -> None:
    stop_requested = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop_requested.set())
    if until_end_of_input:
        # The pipe from the parent closes whichever way that one ends, so that no server is left behind.
        threading.Thread(target=_set_at_end_of_input, args=[stop_requested], daemon=True).start()
    stop_requested.wait()


def _set_at_end_of_input(event: threading.Event) -> None:
    sys.stdin.read()
    event.set()


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.s3", description="An S3-compatible server at 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--data-dir", type=Path, help="where the objects are; a temporary directory by default")
    parser.add_argument("--until-end-of-input", action="store_true", help="stop when standard input is closed as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
