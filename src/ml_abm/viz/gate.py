"""Host and Origin checks, and security headers: an ASGI middleware around the page.

A page of another website, open in the same browser, may send requests here, and the browser says so in `Origin`. A name of that website may
be made to lead to this machine (DNS rebinding), which shows in `Host`. Both are refused before the page or its websocket hears of them.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address
from typing import Any

from ..errors import InputError, printable, short

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
ALL_ADDRESSES = frozenset({"0.0.0.0", "::"})
USUAL_PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?")
ORIGIN = re.compile(rf"(https?)://{HOST.pattern}/?")
MOST_SAID = 20  # refusals that are logged; more fill no log

# Vue makes templates into code in the browser, Solara's page has scripts and styles of its own in it, and widgets, pictures and reports
# are blobs.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "frame-src": "blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "content-security-policy": "; ".join(f"{what} {whence}" for what, whence in POLICY.items()),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # not "no-referrer": with it a browser would not show either that a request comes from our own page
    "referrer-policy": "same-origin",
}


class Gate:
    """The application, for those who come by an address of the page, from no other page.

    Addresses of the page are those of this machine on the port that is served (`names_of`), where others may come also every address in
    digits, which no website can have for a name, and those of a web server before it.

    Parameters
    ----------
    app : the application.
    host : what it is served on.
    origins : public addresses of a web server before it, such as "https://view.example.org".
    """

    def __init__(self, app: Application, host: str = "127.0.0.1", origins: Iterable[str] = ()) -> None:
        self.app = app
        self._origins = {public_origin(origin) for origin in origins}
        self._proxied = {host for origin in self._origins for host in hosts_of(origin)}
        self._names = names_of(host)
        self._others_may_come = not is_loopback(host)
        self._said: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it in a line."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        port = (scope.get("server") or ("", None))[1]
        hosts, origins = sent(scope, b"host"), sent(scope, b"origin")
        host = hosts[0] if len(hosts) == 1 else ""
        if not (host in self._proxied or self._is_here(host, port)):
            scheme = "https" if scope.get("scheme") in ("https", "wss") else "http"
            self._tell(f"for the address {printable(short(host))}", f"{scheme}://{host}")
            await refuse(scope, receive, send, 421, "This page is not served at this address.")
        elif strange := [origin for origin in origins if not self._is_ours(origin, host, port)]:
            self._tell(f"from another website, {printable(short(strange[0]))}", strange[0])
            await refuse(scope, receive, send, 403, "Pages of other websites are not let in.")
        else:
            await self.app(scope, receive, with_headers(send))

    def _is_here(self, host: str, port: int | None, digits: bool = True) -> bool:
        """Return whether this is an address of this machine on this port: a name of it, or one in digits where those are let in."""
        found = HOST.fullmatch(host)
        if not found or int(found[2] or USUAL_PORTS["http"]) != port:
            return False
        return found[1] in self._names or (digits and self._others_may_come and in_digits(found[1]))

    def _is_ours(self, origin: str, host: str, port: int | None) -> bool:
        """Return whether a request comes from a page of ours; from an address in digits only to that very one, as others have digits too."""
        scheme, _, place = origin.partition("://")
        return origin in self._origins or (
            scheme == "http" and self._is_here(place, port, digits=place == host)
        )

    def _tell(self, what: str, origin: str) -> None:
        """Say once on the terminal what was refused, and which option lets it in."""
        if what in self._said or len(self._said) >= MOST_SAID:
            return
        self._said.add(what)
        how = (
            f"; if that is an address of this page, add --origin {origin}" if ORIGIN.fullmatch(origin) else ""
        )
        print(f"ml-abm: refused a request {what}{how}", file=sys.stderr, flush=True)


def public_origin(text: str) -> str:
    """Return an address as browsers send it: small letters, no usual port, no path. Raises InputError."""
    found = ORIGIN.fullmatch(text.lower())
    if not found or int(found[3] or 1) not in range(1, 65_536):
        raise InputError(
            printable(
                f"--origin {short(text)}: allowed http://HOST or https://HOST, and :PORT if it is not the usual one"
            )
        )
    scheme, name, port = found.groups()
    return f"{scheme}://{name}" + (
        "" if int(port or USUAL_PORTS[scheme]) == USUAL_PORTS[scheme] else f":{int(port)}"
    )


def hosts_of(origin: str) -> set[str]:
    """Return what a web server at a public address may send as Host: with its port, and without, as nginx's `$host` is."""
    scheme, name, port = ORIGIN.fullmatch(origin).groups()  # type: ignore[union-attr]
    return {name, f"{name}:{port or USUAL_PORTS[scheme]}"}


def names_of(host: str) -> frozenset[str]:
    """Return the names that a server on a host has: those of the machine itself, and the one that was given or the machine's own."""
    if host in ALL_ADDRESSES:
        mine = socket.gethostname().lower()
        short_name = mine.partition(".")[0]
        return LOOPBACK | {mine, short_name, f"{short_name}.local"}
    return LOOPBACK | {f"[{host.lower()}]" if ":" in host else host.lower()}


def is_loopback(host: str) -> bool:
    """Return whether only this machine itself reaches a host."""
    return host.lower() == "localhost" or (in_digits(host) and ip_address(host.strip("[]")).is_loopback)


def in_digits(name: str) -> bool:
    """Return whether this is an address and no name."""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def sent(scope: Scope, name: bytes) -> list[str]:
    """Return what was sent under a header, in small letters."""
    return [value.decode("latin-1").lower() for key, value in scope["headers"] if key.lower() == name]


def with_headers(send: Send) -> Send:
    """Return a way to send that adds the security headers to every answer."""

    async def added(message: Message) -> None:
        if message["type"].endswith("http.response.start"):
            message["headers"] = [*message.get("headers", ()), *in_bytes(HEADERS)]
        await send(message)

    return added


def in_bytes(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers as ASGI sends them."""
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    """Answer with a status and a line of plain text; a websocket is never opened."""
    kind, body = "http.response", f"{text}\n".encode()
    if scope["type"] == "websocket":
        await receive()  # the request to connect
        kind = "websocket.http.response"
        if kind not in (scope.get("extensions") or {}):  # a server that can only say no
            await send({"type": "websocket.close", "code": 1008, "reason": text})
            return
    headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))}
    await with_headers(send)({"type": f"{kind}.start", "status": status, "headers": in_bytes(headers)})
    await send({"type": f"{kind}.body", "body": body})
