"""ml-abm view: serve the live view and open it in the browser."""

from __future__ import annotations

import argparse
import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, OutputError
from .console import compile_first, in_range, new_console, print_notes

if TYPE_CHECKING:
    from ..viz.serving import Serving

NEEDED = ("solara", "solara.server", "anywidget", "uvicorn", "scipy")
PORTS_TRIED = 20
SECONDS_TO_END = 2  # that open pages get when the server ends


def add(verbs: Any) -> None:
    """Add the command."""
    view = verbs.add_parser("view", help="play with a scenario in the browser, and see why")
    view.add_argument(
        "scenario", nargs="?", default="", help="a preset's name or a TOML file [the page lets you choose]"
    )
    view.add_argument(
        "--host", default="127.0.0.1", help="address to serve on; 0.0.0.0 lets other machines in [127.0.0.1]"
    )
    view.add_argument("--port", type=int, default=8765, help="port, or the next free one; 0 for any [8765]")
    view.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="another address of the page, such as https://view.example.org of a web server before it; may be given again",
    )
    view.add_argument("--no-open", action="store_true", help="do not open the browser")
    view.add_argument("--max-teachers", type=int, default=500_000, help="refuse larger systems [500000]")
    view.add_argument("--max-sessions", type=int, default=30, help="people who may play at once [30]")
    view.add_argument(
        "--idle",
        type=int,
        default=30,
        metavar="MINUTES",
        help="free an idle session after so long [30]",
    )
    view.add_argument(
        "--scenarios", type=Path, metavar="DIR", help="also offer the scenario files of a folder"
    )
    view.add_argument(
        "--posterior",
        type=Path,
        metavar="DIR",
        help="put in the numbers of a fit (see `ml-abm calibrate`); bands then hold what its data leave open",
    )
    view.set_defaults(command=view_scenario)


def view_scenario(options: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C."""
    check_installed()
    limits = checked(options)
    door = bound(options.host, options.port)
    os.environ.update(limits.environment())
    compile_first(new_console())
    serve(door, address(door, options.host), quietly=options.no_open)


def check_installed() -> None:
    """Raise InputError where what the page needs is not installed."""
    try:
        missing = [name for name in NEEDED if find_spec(name) is None]
    except ModuleNotFoundError as error:
        missing = [error.name or "solara"]
    if missing:
        raise InputError(f"the live view needs {missing[0].partition('.')[0]}: pip install 'ml-abm[viz]'")


def checked(options: argparse.Namespace) -> Serving:
    """Return the limits; raise InputError for what cannot be served."""
    from ..scenario import Scenario
    from ..viz.gate import public_origin
    from ..viz.offers import Offers
    from ..viz.serving import Serving

    limits = Serving(
        options.scenario,
        str(options.scenarios.resolve()) if options.scenarios else "",
        in_range("--max-teachers", options.max_teachers, 1, 2_000_000_000),
        in_range("--max-sessions", options.max_sessions, 1, 10_000),
        in_range("--idle", options.idle, 1, 10_080),
        str(options.posterior.resolve()) if options.posterior else "",
        options.host,
        " ".join(map(public_origin, options.origin)),
    )
    if options.scenario:
        print_notes(new_console(), [Scenario.find(options.scenario)])
    if options.scenarios and not options.scenarios.is_dir():
        raise InputError(f"--scenarios {options.scenarios}: there is no such folder")
    Offers(limits.scenario, limits.folder, limits.max_teachers, limits.fitted())
    return limits


def bound(host: str, port: int) -> socket.socket:
    """Return a socket on the port, or on the next that is free. Raises OutputError in one line."""
    in_range("--port", port, 0, 65_535)
    for tried in range(port, min(65_536, port + PORTS_TRIED)) if port else (0,):
        try:
            family, kind, _, _, place = socket.getaddrinfo(host, tried, type=socket.SOCK_STREAM)[0]
        except socket.gaierror:
            raise InputError(f"--host {host}: there is no such address on this machine") from None
        door = socket.socket(family, kind)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(place)
            return door
        except OSError as error:
            door.close()
            fault = error
    raise OutputError(
        f"--host {host} --port {port}: cannot serve there ({fault.strerror}); nor on the next {PORTS_TRIED - 1} ports"
    )


def address(door: socket.socket, host: str) -> str:
    """Return what to type into a browser on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{door.getsockname()[1]}/"


def serve(door: socket.socket, address: str, *, quietly: bool) -> None:
    """Serve until Ctrl-C, which is how a server ends and no mistake."""
    import logging
    import warnings

    import uvicorn

    from ..viz.server import application
    from ..viz.serving import LONGEST_MESSAGE

    class Server(uvicorn.Server):
        """A server that says where it is once it can be visited."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Begin."""
            await super().startup(sockets)
            print(f"The live view: {address} (Ctrl-C ends it)", flush=True)
            if not quietly:
                open_browser(address)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """End, without complaints about pages that are still open."""
            logging.disable()
            await super().shutdown(sockets)

    warnings.filterwarnings(
        "ignore", module="solara"
    )  # its hints on cookies are for pages within other pages
    config = uvicorn.Config(
        application(),
        log_level="error",
        access_log=False,
        ws_max_size=LONGEST_MESSAGE,
        timeout_graceful_shutdown=SECONDS_TO_END,
        server_header=False,
    )
    try:
        Server(config).run(sockets=[door])
    except KeyboardInterrupt:
        print()


def open_browser(address: str) -> None:
    """Open the page beside the server, which goes on."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
