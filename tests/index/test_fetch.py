"""What a reader of a page may have fetched: nothing from the server's own machine and network."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

import index.fetch
from index import SourceError, load
from index.fetch import check_public


class Redirecting(BaseHTTPRequestHandler):
    """Sends whoever asks on to another name of this machine."""

    asked: list[str]

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", f"http://localhost:{self.server.server_port}/secret")  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    """Where it is."""
    Redirecting.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Redirecting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/article"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "0",
        "::1",
        "::ffff:127.0.0.1",
        "fe80::1",
        "fd00::1",
        "2130706433",
        "0x7f.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "::7f00:1",
        "fec0::1",
        "224.0.0.1",
    ],
)
def test_hosts_of_the_own_network_are_refused(host: str) -> None:
    """By whatever name, as the system resolves it."""
    with pytest.raises(SourceError, match="own network"):
        check_public(host)


def test_public_hosts_are_not_refused() -> None:
    """An address of the public network."""
    check_public("93.184.215.14")
    check_public("2606:4700::1111")
    check_public("64:ff9b::5db8:d70e")


def test_an_address_of_this_machine_is_not_asked(site: str) -> None:
    """Not one request is made; the way out is named."""
    with pytest.raises(SourceError, match=r"own network: add it with article-bot index add") as caught:
        load(site, public_only=True)
    assert "\n" not in str(caught.value)
    assert Redirecting.asked == []


def test_a_name_that_leads_elsewhere_the_second_time_gives_nothing(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was checked before may be another machine than the one that answers."""
    checked: list[str] = []

    def public_at_first(host: str) -> None:
        checked.append(host)
        if len(checked) > 1:
            check_public(host)

    monkeypatch.setattr(index.fetch, "check_public", public_at_first)
    with pytest.raises(SourceError, match="own network"):
        load(site, public_only=True)
    assert checked == ["127.0.0.1"] * 2
    assert len(Redirecting.asked) == 1


def test_a_redirect_into_the_own_network_is_not_followed(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second request is checked like the first."""

    def only_localhost_is_private(host: str) -> None:
        if host != "127.0.0.1":
            check_public(host)

    monkeypatch.setattr(index.fetch, "check_public", only_localhost_is_private)
    with pytest.raises(SourceError, match="own network"):
        load(site, public_only=True)
    assert Redirecting.asked == ["/article"]


def test_a_password_in_an_address_is_not_kept() -> None:
    """Every reader of the article sees where it is from."""
    request = httpx.Request("GET", "https://ann:secret@example.org/tides.html")
    reply = httpx.Response(200, headers={"content-type": "text/html"}, content=b"<p>Tides.</p>", request=request)
    assert index.fetch._received(reply, 1_000).url == "https://example.org/tides.html"
