import socket
import threading
from ipaddress import ip_address

import pytest

from learnstream.errors.media import SourceRefused
from learnstream.services.media.video_sources import check
from learnstream.web import public_urls
from learnstream.web.public_urls import is_public


@pytest.fixture
def resolver(monkeypatch):
    """Replace name resolution by a mapping; other names cannot be resolved."""
    known = {"video.example": ["93.184.215.14"]}

    def look_up(host, port, **_):
        if host not in known:
            raise socket.gaierror("not known")
        return [(None, None, None, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def rejection_reason(url):
    with pytest.raises(SourceRefused) as error:
        check(url)
    assert (error.value.status, error.value.code) == (422, "video_url_refused")
    return error.value.errors["json"]["video_url"][0]


@pytest.mark.parametrize(
    "url",
    [
        "https://video.example/a.mp4",
        "https://VIDEO.example:443/a.mp4?token=x%20y#z",
        "https://video.example./a.mp4",
        "https://93.184.215.14/a.mp4",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a.mp4",
        "https://[::ffff:93.184.215.14]/a.mp4",
    ],
)
def test_a_public_https_url_is_accepted(app, resolver, url):
    assert check(url) == url


def test_a_sample_of_the_local_stack_is_accepted_where_it_is_allowed(app, resolver, monkeypatch):
    assert check("https://samples.test/sample.mp4")

    monkeypatch.setitem(app.config, "VIDEO_URL_HOSTS", frozenset())

    assert rejection_reason("https://samples.test/sample.mp4") == "Must contain a host name that can be resolved."


@pytest.mark.parametrize("url", ["http://video.example/a", "ftp://video.example/a", "//video.example/a", "file:///a"])
def test_other_schemes_are_rejected(app, resolver, url):
    assert rejection_reason(url) == "Must start with https://."


@pytest.mark.parametrize(
    "url",
    [
        "https://user@video.example/",
        "https://user:word@video.example/",
        "https://video.example@127.0.0.1/",
        "https://@video.example/",
        "https://video.example:22/",
        "https://video.example:0/",
        "https://video.example:99999/",
        "https://video.example:x/",
        "https:///a.mp4",
        "https://",
        "https:video.example/a",
        "https://video.example\\@127.0.0.1/",
        "https://video.example/a b",
        "https://video.example/a\n",
        "https://vidéo.example/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://127\u30020\u30020\u30021/",
        "https://%31%32%37.0.0.1/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[v1.x]/",
        "https://[127.0.0.1]/",
        "https://a..example/",
        f"https://video.example/{'x' * 2048}",
        "",
    ],
)
def test_an_ambiguous_url_is_rejected(app, resolver, url):
    assert rejection_reason(url)


LOOPBACK = ["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0X7F.1", "017700000001"]
LOOPBACK += ["0177.0.0.01", "127.0.0.1.", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"]
LOOPBACK += ["[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]"]
METADATA = ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.16689662", "[fd00:ec2::254]"]
METADATA += ["[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[fe80::a9fe:a9fe]"]
PRIVATE = ["10.0.0.1", "10.1", "167772161", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.168.257", "100.64.0.1"]
PRIVATE += ["[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[2001:db8::1]", "[2001::1]", "[100::1]"]
OTHERS = ["0.0.0.0", "0", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"]  # noqa: S104
OTHERS += ["[::]", "[ff02::1]", "[ff0e::1]", "203.0.113.7", "198.51.100.1", "192.0.0.1"]
# Ordinary addresses to the standard library of some or all supported versions.
SPECIAL = ["192.0.0.8", "192.0.0.192", "192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "[3fff::1]"]
SPECIAL += [
    "[5f00::1]",
    "[4000::1]",
    "[2001:1::1]",
    "[2001:2::1]",
    "[2001:20::1]",
    "[2620:4f:8000::1]",
    "[100:0:0:1::1]",
]
SPECIAL += ["[64:ff9b::224.0.0.1]", "[2002:e000:1::]", "[64:ff9b:1:101:1:100::]", "[64:ff9b::192.0.0.192]"]
ISATAP = ["[2606:4700::5efe:7f00:1]", "[2606:4700::200:5efe:a00:1]", "[2606:4700::5efe:101:101]"]


@pytest.mark.parametrize("host", LOOPBACK + METADATA + PRIVATE + OTHERS + SPECIAL + ISATAP)
def test_an_address_that_is_not_public_is_rejected_in_every_notation(app, resolver, host):
    assert rejection_reason(f"https://{host}/a.mp4") == "Must not resolve to a private, local or reserved address."


@pytest.mark.parametrize(
    "host",
    [
        # 8.0.0.1 and 87.0.0.1 to C libraries, 10.0.0.1 and 127.0.0.1 to those that read decimals
        *("010.0.0.1", "0127.0.0.1", "0251.0xfe.43518", "16843009", "1.1", "0x1010101", "1.1.1.1.1", "4294967297"),
        # a zone means something to one machine only
        *("[2606:4700::1%25eth0]", "[2606:4700::1%eth0]"),
    ],
)
def test_an_ambiguous_address_is_rejected(app, resolver, host):
    assert rejection_reason(f"https://{host}/a.mp4") in {
        "Must contain a host name, or an IP address in standard notation.",
        "Must not resolve to a private, local or reserved address.",
    }


@pytest.mark.parametrize("host", ["intranet", "printer.local", "a.localhost", "vault.internal", "nas.home.arpa."])
def test_a_name_of_the_local_network_is_rejected_wherever_it_leads(app, resolver, host):
    resolver[host] = ["93.184.215.14"]

    assert rejection_reason(f"https://{host}/a.mp4") == "Must contain a public host name."


def test_a_name_is_rejected_if_any_of_its_addresses_is_private(app, resolver):
    resolver["video.example"] = ["93.184.215.14", "10.0.0.1"]

    assert (
        rejection_reason("https://video.example/a.mp4") == "Must not resolve to a private, local or reserved address."
    )


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "fe80::1%eth0", "::ffff:10.0.0.1", "192.0.0.192", "3fff::1"])
def test_a_name_of_a_private_address_is_rejected(app, resolver, address):
    resolver["localtest.example"] = [address]

    assert rejection_reason("https://localtest.example/") == "Must not resolve to a private, local or reserved address."


def test_a_name_that_cannot_be_found_is_rejected(app, resolver):
    assert rejection_reason("https://nowhere.example/") == "Must contain a host name that can be resolved."


def test_the_systems_own_names_are_rejected(app):
    assert rejection_reason("https://localhost/")


def test_an_unresponsive_name_server_does_not_block_requests(app, monkeypatch):
    end = threading.Event()
    monkeypatch.setattr(public_urls, "RESOLUTION_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: end.wait(10) and [])

    assert rejection_reason("https://slow.example/") == "Must contain a host name that can be resolved."
    end.set()


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101", "2002:101:101::"]
)
def test_public_addresses_are_public(text):
    assert is_public(ip_address(text))
