from config import signing_key_pem
from devstack.mux import ApiFault
from learnstream.integrations import video


def create(app):
    return app.test_cli_runner().invoke(args=["mux-create-signing-key"])


def test_a_new_key_is_printed_as_its_two_variables(app, mux):
    lines = dict(line.split("=", 1) for line in create(app).output.splitlines())

    assert lines.keys() == {"MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"}
    assert "PRIVATE KEY" in signing_key_pem(lines["MUX_SIGNING_PRIVATE_KEY"])


def test_an_error_of_the_video_service_is_one_line(app, mux):
    mux.misbehave(api=ApiFault("status", status=401))

    result = create(app)

    assert result.exit_code == 1
    assert "401" in result.output
    assert "Traceback" not in result.output


def test_a_missing_access_token_is_reported(app, monkeypatch):
    monkeypatch.setitem(app.extensions, video.EXTENSION, lambda: None)

    result = create(app)

    assert result.exit_code == 1
    assert "not configured" in result.output
