"""The mail catcher's page in a real browser."""

import smtplib
import socket
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SMALL = {"width": 390, "height": 844}
SCRIPT = "<img src=x onerror=\"parent.document.title='pwned'\"><script>document.title='pwned'</script>"


@pytest.fixture
def send(mailbox):
    def send(subject, text="Hello", html=None):
        message = EmailMessage()
        message["From"] = "LearnStream <school@learnstream.example>"
        message["To"] = "lea@example.com"
        message["Subject"] = subject
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        host, _, port = mailbox.url.removeprefix("smtp://").partition(":")
        with smtplib.SMTP(host, int(port), local_hostname="client.test") as smtp:
            smtp.send_message(message)

    return send


@pytest.fixture
def other_host():
    """A server that a mail might call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def violations(page):
    return {violation["id"] for violation in Axe().run(page).response["violations"]}


def test_a_new_mail_appears_and_is_read_without_a_reload(page, mailbox, send):
    page.goto(mailbox.inbox)
    expect(page.get_by_role("status")).to_have_text("No mails yet.")

    send("Verify your address", "Open https://a.test/verify?token=1", "<h1>Hi</h1><a href='https://a.test/html'>Go</a>")
    page.get_by_role("link", name="Verify your address").click()

    expect(page.get_by_role("heading", name="Verify your address")).to_be_focused()
    expect(page.frame_locator("iframe").get_by_role("heading", name="Hi")).to_be_visible()
    expect(page.locator("#links a")).to_have_text(["https://a.test/html", "https://a.test/verify?token=1"])
    expect(page.locator("#text")).to_have_text("Open https://a.test/verify?token=1")
    assert page.hosts == {mailbox.inbox.removeprefix("http://")}
    assert page.complaints == []


def test_back_leads_to_the_mail_before(page, mailbox, send):
    send("First", html="<p>One</p>")
    send("Second", html="<p>Two</p>")
    page.goto(mailbox.inbox)
    for subject in ("First", "Second"):
        page.get_by_role("link", name=subject).click()
        expect(page.get_by_role("heading", name=subject)).to_be_focused()

    page.go_back()

    expect(page.get_by_role("heading", name="First")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_text("One")).to_be_visible()


def test_a_hostile_mail_runs_and_loads_nothing(page, mailbox, send, other_host):
    image, link = f"<img src='http://127.0.0.1:{other_host.getsockname()[1]}/x'>", "<a href='javascript:alert(1)'>x</a>"
    send(f"<b>{SCRIPT}</b>", SCRIPT, f"<body>{SCRIPT}{image}{link}Shown")
    page.goto(mailbox.inbox)
    page.get_by_role("link", name="onerror").click()

    expect(page.frame_locator("iframe").get_by_text("Shown")).to_be_visible()
    expect(page.locator("#subject")).to_have_text(f"<b>{SCRIPT}</b>")
    expect(page.locator("#links-part")).to_be_hidden()
    assert page.title() == "Inbox · LearnStream"
    with pytest.raises(BlockingIOError):
        other_host.accept()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_inbox_is_accessible_on_a_phone(page, mailbox, send, screenshots, scheme):
    send("A subject that is so long that it does not fit into one line of a phone", "word" * 200, "<p>Hello</p>")
    page.set_viewport_size(SMALL)
    page.emulate_media(color_scheme=scheme)
    page.goto(mailbox.inbox)
    page.get_by_role("link", name="A subject").click()
    expect(page.frame_locator("iframe").get_by_text("Hello")).to_be_visible()
    page.screenshot(path=screenshots / f"inbox-390-{scheme}.png")
    page.get_by_text("Headers").click()

    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    assert violations(page) == set()


def test_all_mails_are_deleted_with_one_button(page, mailbox, send):
    send("Welcome")
    page.goto(mailbox.inbox)
    expect(page.get_by_role("status")).to_have_text("1 mail")

    page.get_by_role("button", name="Delete all").click()

    expect(page.get_by_role("status")).to_have_text("No mails yet.")
    assert mailbox.messages() == []
