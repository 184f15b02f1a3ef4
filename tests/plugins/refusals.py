"""MongoDB saying no, or hanging up, for as long as a test wants."""

import fcntl

import mongoengine
import pytest


@pytest.fixture
def fail_command(app, tmp_path_factory):
    """Let MongoDB fail a command on a collection as its fail points can; failing nothing ends it."""
    admin = mongoengine.get_connection().admin

    def fail_command(command="", collection="", **how):
        data = {"failCommands": [command], "namespace": f"{mongoengine.get_db().name}.{collection}", **how}
        admin.command("configureFailPoint", "failCommand", mode="alwaysOn" if command else "off", data=data)

    # A server has one such fail point, and the tests' parallel workers share the server.
    with (tmp_path_factory.getbasetemp().parent / "fail_command").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        yield fail_command
        fail_command()


@pytest.fixture
def refuse(fail_command):
    """Let MongoDB refuse writes to a collection with an error of its own."""
    return lambda command, collection, code: fail_command(command, collection, errorCode=code)
