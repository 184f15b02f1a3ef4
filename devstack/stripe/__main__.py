"""`python -m devstack.stripe --port P --data-dir D --webhook-url URL`: the emulator as a process of the local stack."""

import argparse
from pathlib import Path

from devstack.emulation.process import run
from devstack.stripe.emulator import Emulator


def main() -> None:
    options = _parse_options()
    run(Emulator(options.data_dir, port=options.port, webhook_url=options.webhook_url), options.data_dir)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.stripe", description="Stripe on this machine.")
    parser.add_argument("--port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--data-dir", type=Path, required=True, help="keeps everything from one start to the next")
    parser.add_argument("--webhook-url", help="where events are posted")
    return parser.parse_args()


if __name__ == "__main__":
    main()
