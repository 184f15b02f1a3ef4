"""The local stack with the mail server of a developer."""

from devstack.local.mail import LocalMail
from devstack.processes.programs import Programs


def test_a_mail_server_in_the_environment_replaces_the_catcher(tmp_path):
    programs = Programs(tmp_path, tmp_path)
    mail = LocalMail(tmp_path, {"MAIL_URL": "smtp://user:secret@mail.example.com:587"})

    mail.start(programs, {})
    mail.wait_until_ready(programs)

    assert programs.running == []
    assert mail.environment() == {}
    assert mail.state() == {"address": "mail.example.com:587", "inbox": None}


def test_an_empty_setting_starts_the_catcher(tmp_path):
    assert LocalMail(tmp_path, {"MAIL_URL": ""}).is_caught
