import http.client
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from devstack.demo.client import Client
from devstack.processes import ownership
from devstack.services.stack import Stack
from learnstream.models.order import OrderState

ROOT = Path(__file__).parents[2]
TREE_FILES = ("Procfile", "config.py", "devstack", "gunicorn.conf.py", "learnstream", "migrations", "server", "wsgi.py")
EXTERNAL_VARIABLES = (
    "DATABASE_URL",
    "MONGODB_URI",
    "REDIS_URL",
    "MUX_TOKEN_ID",
    "STRIPE_SECRET_KEY",
    "MAIL_URL",
    "FILES_S3_ENDPOINT",
    "PUBLIC_URL",
    "PORT",
)
SERVERS = ["postgres", "mongod", "redis-server"]
SCRIPT = """
import sys
from pathlib import Path
from devstack import cli
from devstack.commands import run
run.ROOT = Path(sys.argv[1])
cli.bootstrap.enter = lambda arguments: None
sys.exit(cli.main(["run"]))
"""


@contextmanager
def tree_at(parent):
    """This source tree at another path, so that a developer's own stack is not affected."""
    root = parent / "a tree"
    root.mkdir()
    for name in TREE_FILES:
        (root / name).symlink_to(ROOT / name)
    # In place of the environment that `devstack` installs: it runs the one of these tests.
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    yield root
    stack = Stack(root, environ={})
    with stack.held():
        stack.erase()


@pytest.fixture
def tree(tmp_path):
    with tree_at(tmp_path) as root:
        yield root


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Observations of one run from its start to a signal, shared because it takes 15 s of CPU time."""
    with tree_at(tmp_path_factory.mktemp("served")) as tree:
        run, state = start_and_wait(tree)
        second = start_run(tree)
        _, error = second.communicate(timeout=30)
        seen = SimpleNamespace(
            state=state,
            second=second.returncode,
            error=error,
            ready_status=status(state, "/ready"),
            script_status=status({"url": state["watch"]}, "/heartbeat.js"),
            subjects=caught_subjects(state["mail"]),
            readme=run_script(tree, readme_script()),
            recipe=run_script(tree, recipe_script("docs/files.md")),
            homework=run_script(tree, recipe_script("docs/homework.md")),
            grades=run_script(tree, recipe_script("docs/grades.md")),
            reading=run_script(tree, recipe_script("docs/reading-lists.md")),
            reviews=run_script(tree, recipe_script("docs/reviews.md")),
            courses=Client(state["url"]).call("GET", "/courses?q=astronomy"),
        )
        [astronomy] = seen.courses
        seen.school = read_school(Client(state["url"]))
        seen.groups = read_groups(state["url"], state["accounts"])
        pictures = (astronomy["cover"], astronomy["instructors"][0]["photo"]["small"])
        seen.pictures = [requests.get(state["url"] + path, timeout=10).headers["Content-Type"] for path in pictures]
        run.send_signal(signal.SIGTERM)
        _, seen.messages = run.communicate(timeout=60)
        seen.returncode, seen.leftover = run.returncode, leftover_processes(tree)
        seen.state_file_exists = (tree / ".devstack" / "state.json").exists()
        yield seen


def read_school(guest):
    """Return the demo school's subject, the subject's courses, and its program."""
    [subject], [program] = guest.call("GET", "/subjects"), guest.call("GET", "/programs")
    courses = guest.call("GET", f"/subjects/{subject['id']}/courses")
    return subject, courses, guest.call("GET", f"/programs/{program['id']}")


def read_groups(url, accounts):
    """Return the groups of the demo school's instructors with their members, and of each the courses of one."""
    found = []
    for account in (each for each in accounts if each["role"] == "instructor"):
        client = Client.signed_in(url, account["email"], account["password"])
        [group] = client.call("GET", "/groups")
        [member, *_] = client.call("GET", f"/groups/{group['id']}/progress")
        found.append((group["code"], group["members"], len(member["courses"])))
    return found


def start_run(tree):
    environment = {name: value for name, value in os.environ.items() if name not in EXTERNAL_VARIABLES}
    command = [sys.executable, "-c", SCRIPT, str(tree)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def start_and_wait(tree):
    """Start `devstack run`; return it with its state.json and its output."""
    run, output = start_run(tree), ""
    while line := run.stdout.readline():
        output += line
        if "Ctrl-C stops everything" in line:
            return run, json.loads((tree / ".devstack" / "state.json").read_text()) | {"printed": output}
    raise AssertionError(run.communicate()[1])


def status(state, path):
    connection = http.client.HTTPConnection(state["url"].removeprefix("http://"), timeout=5)
    connection.request("GET", path)
    code = connection.getresponse().status
    connection.close()
    return code


def caught_subjects(mail):
    """Send a mail to the catcher; return the subjects of its inbox."""
    host, port = mail["address"].split(":")
    with smtplib.SMTP(host, int(port), local_hostname="client.test") as smtp:
        smtp.sendmail("a@example.com", ["b@example.com"], "Subject: Caught\r\n\r\n")
    return [message["subject"] for message in requests.get(f"{mail['inbox']}/messages", timeout=10).json()]


def leftover_processes(tree):
    directory = tree / ".devstack"
    return ownership.servers_under(directory, SERVERS) | ownership.marked_with(directory)


def readme_script():
    """Return the README's shell blocks as one script."""
    return "\n".join(shell_blocks("README.md"))


def recipe_script(page):
    """Return the shell blocks of a page as one script, after the README's first one."""
    return "\n".join([shell_blocks("README.md")[0], *shell_blocks(page)])


def run_script(tree, script):
    return subprocess.run(["bash", "-ec", script], cwd=tree, capture_output=True, text=True, timeout=300)


def shell_blocks(page):
    return re.findall(r"^```bash\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)


def test_run_serves_until_it_receives_a_signal(served):
    assert (served.ready_status, served.script_status) == (200, 200)
    assert f"watch a lesson  {served.state['watch']} " in served.state["printed"]
    assert f"take a quiz     {served.state['quiz']} " in served.state["printed"]
    assert f"do homework     {served.state['homework']} " in served.state["printed"]
    assert f"{served.state['grades']})" in served.state["printed"]
    assert f"buy a course    {served.state['catalogue']} " in served.state["printed"]
    assert f"your orders are at {served.state['orders']})" in served.state["printed"]
    assert f"upload a file   {served.state['upload']} " in served.state["printed"]
    assert set(served.state["services"]) == {"postgres", "mongodb", "redis"}
    assert all(store["pid"] for store in served.state["services"].values())
    assert served.state["accounts"][0]["role"] == "admin"
    assert served.state["mux"]["webhook_secret"]
    assert served.state["stripe"]["webhook_secret"].startswith("whsec_")
    assert f"read the mails  {served.state['mail']['inbox']}\n" in served.state["printed"]
    assert "Caught" in served.subjects
    assert served.returncode == 0, served.messages
    assert not served.leftover
    assert not served.state_file_exists


def test_a_second_run_on_the_same_tree_is_refused(served):
    url = served.state["url"]

    assert served.second == 1
    assert served.error.splitlines()[-1] == f"devstack: LearnStream already runs here, at {url}. Stop it first."


def test_the_demo_school_has_pictures(served):
    assert served.pictures == ["image/webp", "image/webp"]


def test_the_demo_school_has_a_subject_and_a_program(served):
    subject, courses, program = served.school

    assert (subject["code"], [course["subject_id"] for course in courses]) == ("PHY", [subject["id"]])
    assert (program["sequential"], program["courses"][0]["title"]) == (True, courses[0]["title"])
    assert len(program["courses"]) == 2


def test_the_demo_school_has_classes_with_what_they_learn(served):
    assert served.groups == [("7A", 2, 1), ("7B", 1, 2)]
    assert "class-7b.csv" in served.state["printed"]


def test_the_readme_commands_work_on_the_demo_data(served):
    roles = [account["role"] for account in served.state["accounts"]]
    readme, lines = served.readme, served.readme.stdout.splitlines()

    assert readme.returncode == 0, readme.stdout + readme.stderr
    assert "#EXTM3U" in readme.stdout
    assert "without a token: 403" in readme.stdout
    assert '"code": "not_enrolled"' in readme.stdout
    assert [len(json.loads(line)["recovery_codes"]) for line in lines if "recovery_codes" in line] == [10]
    assert [line for line in lines if line in {*OrderState}] == [
        *("paid", "partly_refunded", "refunded"),
        *("pending", "paid", "disputed", "paid", "disputed"),
    ]
    assert roles == ["admin", "instructor", "instructor", "student", "student", "student"]
    assert [course["title"] for course in served.courses] == ["Astronomy for beginners"]
    assert served.courses[0]["duration"] == pytest.approx(20, abs=0.5)


def test_the_commands_of_the_recipe_for_files_work_on_the_demo_data(served):
    recipe = served.recipe

    assert recipe.returncode == 0, recipe.stdout + recipe.stderr
    assert '"pages":3' in recipe.stdout
    assert "photo: 200 image/webp" in recipe.stdout
    assert "the first kilobyte: 206" in recipe.stdout
    assert "without a token: 401" in recipe.stdout
    assert '"code": "not_enrolled"' in recipe.stdout
    assert recipe.stdout.endswith("the old URL: 403\n")


def test_the_commands_of_the_story_of_homework_work_on_the_demo_data(served):
    recipe = served.homework

    assert recipe.returncode == 0, recipe.stdout + recipe.stderr
    held, _, released = recipe.stdout.partition('"released"')
    assert "\nNone\n" in held
    assert "'points': 9" not in held
    assert "'points': 9" in released


def test_the_commands_of_the_recipe_for_grades_work_on_the_demo_data(served):
    recipe = served.grades

    assert recipe.returncode == 0, recipe.stdout + recipe.stderr
    assert "A week of the moon" in recipe.stdout
    assert "Was ill." in recipe.stdout


def test_the_commands_of_the_recipe_for_reading_lists_work_on_the_demo_data(served):
    recipe = served.reading

    assert recipe.returncode == 0, recipe.stdout + recipe.stderr
    assert "\nThe first day\n" in recipe.stdout
    assert recipe.stdout.endswith("\n1\n1\narchived\n")


def test_run_recovers_from_a_kill_and_reports_a_process_that_died(tree):
    first, _ = start_and_wait(tree)
    first.kill()
    first.communicate()
    orphans = leftover_processes(tree)

    run, state = start_and_wait(tree)
    assert len(orphans) >= 6
    assert not any(map(ownership.is_running, orphans))
    assert status(state, "/ready") == 200

    web = next(
        pid
        for pid in ownership.marked_with(tree / ".devstack")
        if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes() and ownership.parent_of(pid) == run.pid
    )
    ownership.send([web], signal.SIGKILL)
    _, messages = run.communicate(timeout=60)

    assert run.returncode == 1
    assert "devstack: web ended with signal SIGKILL." in messages
    assert "Traceback" not in messages
    assert not leftover_processes(tree)


def test_the_commands_of_the_recipe_for_reviews_work_on_the_demo_data(served):
    recipe = served.reviews

    assert recipe.returncode == 0, recipe.stderr
    assert "'count': 8" in recipe.stdout
    assert "It is about another course." in recipe.stdout
    assert "Which evening did you like best?" in recipe.stdout
