from learnstream.services.messaging.facts import FACTS


def preview(app, *arguments):
    result = app.test_cli_runner().invoke(args=["mail-preview", *map(str, arguments)])
    return result.exit_code, result.output


def test_every_mail_is_written_in_every_language(application, tmp_path):
    exit_code, output = preview(application, "--output", tmp_path / "mails")

    files = {
        str(tmp_path / "mails" / f"{name}.{language}.{suffix}")
        for name in FACTS
        for language in ("en", "pt-BR")
        for suffix in ("html", "txt")
    }
    assert (exit_code, set(output.splitlines())) == (0, files)
    assert {str(path) for path in (tmp_path / "mails").iterdir()} == files


def test_one_mail_in_one_language(application, tmp_path):
    exit_code, output = preview(application, "invitation", "--language", "pt-BR", "--output", tmp_path)

    assert exit_code == 0
    assert [line.rpartition("/")[2] for line in output.splitlines()] == [
        "invitation.pt-BR.html",
        "invitation.pt-BR.txt",
    ]
    assert (tmp_path / "invitation.pt-BR.txt").read_text().startswith("Subject: Ines Rocha convidou você")


def test_an_unknown_template_is_an_error(application, tmp_path):
    exit_code, output = preview(application, "farewell", "--output", tmp_path)

    assert exit_code == 2
    assert "verify_email" in output
