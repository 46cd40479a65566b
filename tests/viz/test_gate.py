"""Who is let in: those who come by an address of the page, from no other page. Hosts and origins are as browsers send them."""

import asyncio
import re
import socket
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from ml_abm.cli import main
from ml_abm.errors import InputError
from ml_abm.viz.gate import HEADERS, Gate, public_origin
from ml_abm.viz.serving import Serving, serving

PORT = 8765
PUBLIC = "https://view.example.org"
MACHINE = socket.gethostname().lower()


async def inside(scope, receive, send):
    """An application that welcomes everybody."""
    kind = "http.response" if scope["type"] == "http" else "websocket.http.response"
    await send({"type": f"{kind}.start", "status": 200, "headers": [(b"x-page", b"yes")]})
    await send({"type": f"{kind}.body", "body": b"the page"})


def finish(coroutine):
    """Run a coroutine to its end in a thread of its own: tests in a browser leave a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()


def answer(
    gate, host, origin=None, kind="http", scheme="http", port=PORT, extensions=("websocket.http.response",)
):
    """Return the messages that someone gets who comes by a host from an origin; each may be several, or None."""

    def several(value):
        return [] if value is None else [value] if isinstance(value, str) else value

    headers = [(b"host", each.encode()) for each in several(host)]
    headers += [(b"origin", each.encode()) for each in several(origin)]
    scope = {
        "type": kind, "scheme": scheme, "headers": headers, "server": ("127.0.0.1", port), "extensions": {each: {} for each in extensions},
    }  # fmt: skip
    got = []

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        got.append(message)

    finish(gate(scope, receive, send))
    return got


def status(*args, **options):
    return answer(*args, **options)[0]["status"]


BOTH = pytest.mark.parametrize("kind", ["http", "websocket"])


@BOTH
@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LocalHost:8765", "[::1]:8765"])
def test_this_machine_comes_in_by_each_of_its_names(host, kind):
    gate = Gate(inside)
    assert status(gate, host, kind=kind) == 200
    assert status(gate, host, f"http://{host}", kind=kind) == 200


@BOTH
@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8765",  # a name of another website that leads here
        "evil.example",
        "127.0.0.1.evil.example:8765",
        "localhost.evil.example:8765",
        "localhost:8765.evil.example",
        "evil.example@localhost:8765",
        "localhost:8765@evil.example",
        "127.0.0.1:9000",  # another port is another page
        "127.0.0.1",
        "192.168.1.20:8765",
        "0.0.0.0:8765",
        "[::]:8765",
        "[::1]",
        "localhost:",
        "localhost: 8765",
        "localhost:99999",
        "",
        None,
        ["127.0.0.1:8765", "evil.example"],
        ["127.0.0.1:8765", "127.0.0.1:8765"],
    ],
)
def test_an_address_that_is_not_ours_is_refused_on_a_loopback_server(host, kind):
    assert status(Gate(inside), host, kind=kind) == 421


@BOTH
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://evil.example:8765",
        "http://127.0.0.1:3000",  # another page of this machine
        "http://localhost",
        "https://localhost:8765",
        "http://localhost:8765.evil.example",
        "http://evil.example/?http://localhost:8765",
        "http://192.168.1.20:8765",
        "null",
        "file://",
        "",
        ["http://localhost:8765", "http://evil.example"],
    ],
)
def test_a_page_of_another_website_is_refused(origin, kind):
    assert status(Gate(inside), "localhost:8765", origin, kind=kind) == 403


@BOTH
def test_names_of_this_machine_are_one_page(kind):
    assert status(Gate(inside), "127.0.0.1:8765", "http://localhost:8765", kind=kind) == 200


@BOTH
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_class_comes_in_by_the_address_or_the_name_of_the_machine(host, kind):
    gate = Gate(inside, host)
    for own in ("192.168.1.20:8765", "[fe80::1]:8765", f"{MACHINE}:8765", "localhost:8765"):
        assert status(gate, own, f"http://{own}", kind=kind) == 200
    assert status(gate, "evil.example:8765", kind=kind) == 421
    assert status(gate, "192.168.1.20:9000", kind=kind) == 421
    assert status(gate, "192.168.1.20:8765", "http://evil.example:8765", kind=kind) == 403
    # another machine of the class serves a page of its own on the same port
    assert status(gate, "192.168.1.20:8765", "http://192.168.1.66:8765", kind=kind) == 403


@BOTH
def test_a_name_that_is_served_on_is_an_address_and_others_are_not(kind):
    gate = Gate(inside, "Lab.school.example")
    assert status(gate, "lab.school.example:8765", "http://lab.school.example:8765", kind=kind) == 200
    assert status(gate, "192.168.1.20:8765", kind=kind) == 200
    assert status(gate, "other.school.example:8765", kind=kind) == 421


@BOTH
def test_behind_a_web_server_its_public_address_is_let_in_however_it_passes_the_host(kind):
    gate = Gate(inside, "127.0.0.1", [PUBLIC])
    for host in ("view.example.org", "view.example.org:443", "127.0.0.1:8765"):
        assert status(gate, host, PUBLIC, kind=kind) == 200
        assert status(gate, host, "https://evil.example", kind=kind) == 403
    assert status(gate, "view.example.org", "http://view.example.org", kind=kind) == 403, (
        "not the page, which is https"
    )
    assert status(gate, "other.example.org", PUBLIC, kind=kind) == 421


def test_every_answer_has_the_security_headers_and_those_of_the_page_stay():
    gate = Gate(inside)
    for host, origin in (
        ("localhost:8765", None),
        ("evil.example", None),
        ("localhost:8765", "http://evil.example"),
    ):
        headers = {name.decode(): value.decode() for name, value in answer(gate, host, origin)[0]["headers"]}
        assert HEADERS.items() <= headers.items()
        assert ("x-page" in headers) == (host != "evil.example" and origin is None)
    policy = dict(part.split(" ", 1) for part in HEADERS["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert not [sources for sources in policy.values() if re.search(r"\*|https?:", sources)], "other machines"
    assert HEADERS["x-frame-options"] == "DENY"
    assert HEADERS["x-content-type-options"] == "nosniff"


def test_a_refusal_is_a_short_plain_text():
    start, body = answer(Gate(inside), "evil.example")
    assert dict(start["headers"])[b"content-type"] == b"text/plain; charset=utf-8"
    assert len(body["body"]) < 80
    assert body["body"].count(b"\n") == 1


def test_a_server_that_can_only_close_a_websocket_closes_it():
    (message,) = answer(Gate(inside), "evil.example", kind="websocket", extensions=())
    assert (message["type"], message["code"]) == ("websocket.close", 1008)


def test_the_terminal_says_once_which_option_lets_an_address_in(capsys):
    gate = Gate(inside)
    for _ in range(3):
        answer(gate, "view.example.org", scheme="https")
    answer(gate, "localhost:8765", "https://lms.example:8443")
    answer(gate, "localhost:8765", "null")
    answer(gate, "a\nb\x1b[31m")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert "add --origin https://view.example.org" in lines[0]
    assert "add --origin https://lms.example:8443" in lines[1]
    assert not any("--origin" in line or "\x1b" in line for line in lines[2:])


def test_who_sends_a_flood_of_names_fills_no_log(capsys):
    gate = Gate(inside)
    for k in range(500):
        answer(gate, f"{k}.evil.example")
    assert len(capsys.readouterr().err.splitlines()) <= 20


def test_what_is_no_request_passes():
    passed = []

    async def app(scope, receive, send):
        passed.append(scope["type"])

    finish(Gate(app)({"type": "lifespan"}, None, None))
    assert passed == ["lifespan"]


def test_public_addresses_are_taken_as_browsers_send_them():
    assert public_origin("HTTPS://View.Example.org:443/") == "https://view.example.org"
    assert public_origin("http://[::1]:8080") == "http://[::1]:8080"


@pytest.mark.parametrize(
    "wrong", ["view.example.org", "ftp://x", "https://", "https://x/path", "https://a@b", "*", "https://*.x", "http://x:0", "http://x:70000", "null", ""]
)  # fmt: skip
def test_a_wrong_public_address_is_said_in_one_line(wrong, capsys):
    with pytest.raises(InputError, match=r"--origin .*: allowed http://HOST or https://HOST"):
        public_origin(wrong)
    assert main(["view", "--no-open", "--origin", wrong]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ml-abm: --origin")
    assert error.count("\n") == 1


def test_the_addresses_reach_the_page_through_the_environment(monkeypatch):
    limits = Serving(host="0.0.0.0", origins=f"{PUBLIC} http://lab:8765")
    for name, value in limits.environment().items():
        monkeypatch.setenv(name, value)
    assert serving() == limits


# ---- the server as it is started


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return the port of a live view, and where it writes."""
    log = tmp_path_factory.mktemp("gate") / "log.txt"
    command = [sys.executable, "-m", "ml_abm", "view", "base", "--no-open", "--port", "0", "--origin", PUBLIC]
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text())):
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.2)  # it goes on
            yield int(found[1]), log
        finally:
            process.terminate()


def get(port, host, **headers):
    """Return status, headers and text of the page for someone who comes by a host."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/", headers={"Host": host, **headers})
    found = connection.getresponse()
    return found.status, dict(found.getheaders()), found.read().decode()


def socket_of(port, host, origin=None):
    """Return the websocket that the page's scripts open, if it is opened."""
    way = socket.create_connection(("127.0.0.1", port), timeout=60)
    address = f"ws://{host}/jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={uuid.uuid4()}"
    return connect(address, sock=way, origin=origin, open_timeout=60)


def test_the_page_is_served_with_its_headers_and_to_no_one_else(server):
    port, log = server
    own = f"127.0.0.1:{port}"
    code, headers, text = get(port, own)
    assert code == 200
    assert "solara" in text
    assert HEADERS.items() <= {name.lower(): value for name, value in headers.items()}.items()
    assert get(port, "view.example.org", Origin=PUBLIC)[0] == 200
    code, headers, text = get(port, f"evil.example:{port}")
    assert (code, text) == (421, "This page is not served at this address.\n")
    assert "set-cookie" not in {name.lower() for name in headers}
    assert get(port, own, Origin="http://evil.example")[0] == 403
    assert f"add --origin http://evil.example:{port}" in log.read_text()


def test_a_page_of_another_website_gets_no_session(server):
    port, _ = server
    own = f"127.0.0.1:{port}"
    for host, origin in ((own, f"http://{own}"), (own, None), ("view.example.org", PUBLIC)):
        with socket_of(port, host, origin) as opened:
            assert opened.response.status_code == 101
    for host, origin, code in (
        (f"evil.example:{port}", "http://evil.example", 421),
        (f"evil.example:{port}", f"http://evil.example:{port}", 421),
        (own, "http://evil.example", 403),
        (own, "null", 403),
    ):
        with pytest.raises(InvalidStatus) as refused:
            socket_of(port, host, origin)
        assert refused.value.response.status_code == code
