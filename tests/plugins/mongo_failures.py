"""Fixtures that let MongoDB's commands fail or hang during a test."""

import fcntl

import mongoengine
import pytest


@pytest.fixture
def fail_command(app, tmp_path_factory):
    """Let a command on a collection fail, using MongoDB's fail points; a call without a command ends it."""
    admin = mongoengine.get_connection().admin

    def fail_command(command="", collection="", **options):
        data = {"failCommands": [command], "namespace": f"{mongoengine.get_db().name}.{collection}", **options}
        admin.command("configureFailPoint", "failCommand", mode="alwaysOn" if command else "off", data=data)

    # The tests' parallel workers share the server, which has a single such fail point.
    with (tmp_path_factory.getbasetemp().parent / "fail_command").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        yield fail_command
        fail_command()


@pytest.fixture
def reject_command(fail_command):
    """Let MongoDB reject a command on a collection with an error code."""
    return lambda command, collection, code: fail_command(command, collection, errorCode=code)
