"""Run LearnStream with everything it needs, until Ctrl-C."""

import argparse

from devstack.bootstrap import ROOT
from devstack.local.system import LocalSystem
from devstack.school.app import PAGES
from devstack.terminal.console import say, step

WELCOME = """
LearnStream runs at {url}

{accounts}

Try next:
  documentation   {url}/docs  (sign in with an account from above)
  dashboard       {url}/dashboard  (for the administrator and the instructors; choose a class there)
  watch a lesson  {watch}  (as a student)
  take a quiz     {quiz}  (as a student)
  do homework     {homework}  (as a student; what came of it is at {grades})
  buy a course    {catalogue}  (as a student: the page to pay on takes no money; your orders are at {orders})
  review a course {course}  (as a student; the books are at {book})
  search          {search}  (also without signing in)
  what is new     {notifications}
  upload a file   {upload}  (a document as an instructor, a photo as anybody)
  import people   devstack/demo/class-7b.csv  (as the administrator, at /admin/imports; three of its rows are wrong)
  read the mails  {inbox}
  sign in         curl -s {url}/auth/login -H 'Content-Type: application/json' -d '{{"email": "{email}", "password": "{password}"}}'
  logs            .devstack/logs
  for scripts     .devstack/state.json

Ctrl-C stops everything; the data stays. `python3 -m devstack reset` deletes it."""


def main(options: argparse.Namespace) -> int:
    system = LocalSystem(ROOT, port=options.port, s3=options.s3)
    try:
        system.start()
        print(welcome(system), flush=True)
        system.watch()
    except KeyboardInterrupt:
        say("")
    finally:
        if system.is_ours:
            with step("stopping"):
                system.stop()
    return 0


def welcome(system: LocalSystem) -> str:
    rows = [f"  {account['role']:<12}{account['email']:<34}{account['password']}" for account in system.accounts]
    admin = system.accounts[0]
    return WELCOME.format(
        url=system.url,
        watch=system.watch_url,
        **{name: system.page_url(name) for name in PAGES},
        inbox=system.mail.inbox or "nowhere: MAIL_URL names the server that sends them",
        accounts="\n".join(rows),
        email=admin["email"],
        password=admin["password"],
    )
