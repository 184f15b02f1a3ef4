"""Run LearnStream with everything it needs, until Ctrl-C."""

import argparse

from devstack.bootstrap import ROOT
from devstack.local.system import Local
from devstack.terminal.console import say, step

WELCOME = """
LearnStream runs at {url}

{accounts}

Try next:
  documentation   {url}/docs  (Authorize with an account from above)
  dashboard       {url}/dashboard  (for the administrator and the instructors)
  watch a lesson  {watch}  (as a student)
  sign in         curl -s {url}/auth/login -H 'Content-Type: application/json' -d '{{"email": "{email}", "password": "{password}"}}'
  logs            .devstack/logs
  for scripts     .devstack/state.json

Ctrl-C stops everything; the data stays. `python3 -m devstack reset` deletes it."""


def main(options: argparse.Namespace) -> int:
    local = Local(ROOT, port=options.port)
    try:
        local.start()
        print(welcome(local), flush=True)
        local.watch()
    except KeyboardInterrupt:
        say("")
    finally:
        if local.is_ours:
            with step("stopping"):
                local.stop()
    return 0


def welcome(local: Local) -> str:
    rows = [f"  {one['role']:<12}{one['email']:<34}{one['password']}" for one in local.accounts]
    admin = local.accounts[0]
    return WELCOME.format(
        url=local.url, watch=local.watch_url, accounts="\n".join(rows), email=admin["email"], password=admin["password"]
    )
