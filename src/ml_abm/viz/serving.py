"""Server of the page: its limits, and a server that asks no other machine for anything.

The limits reach the page through the environment, so that `ml-abm view`, `solara run ml_abm.viz.app` and any other server that can
run the page keep them alike.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError, printable

if TYPE_CHECKING:
    from .fitted import Fitted

PREFIX = "ML_ABM_VIEW_"
NOWHERE = "offline:"  # in place of the address of outside files: asking it is an error at once, and a "not found" in the browser
LONGEST_MESSAGE = 1_000_000  # bytes that a browser may send at once
TABS_A_BROWSER = 20


@dataclass(frozen=True)
class Serving:
    """What a page offers and allows.

    Attributes
    ----------
    scenario : what the page begins with: a preset's name or a file; empty for the first of the presets.
    scenarios : folder whose scenario files are offered too; empty for none.
    max_teachers : larger systems are refused.
    max_sessions : people who play at once; others are asked to wait.
    idle : minutes after which an idle session gives its place back.
    posterior : folder of a fit whose numbers go into what is seen; empty for none.
    host : what it is served on, by whose names browsers may call it.
    origins : public addresses of a web server before it, with spaces between them.
    """

    scenario: str = ""
    scenarios: str = ""
    max_teachers: int = 500_000
    max_sessions: int = 30
    idle: int = 30
    posterior: str = ""
    host: str = "127.0.0.1"
    origins: str = ""

    def environment(self) -> dict[str, str]:
        """Return the environment that says the same."""
        return {PREFIX + field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}

    @property
    def folder(self) -> Path | None:
        """The folder of scenarios, if there is one."""
        return Path(self.scenarios) if self.scenarios else None

    def fitted(self) -> Fitted | None:
        """Return the fit, if there is one. Raises FitError in one line."""
        if not self.posterior:
            return None
        from ..calibration.posterior import load_posterior
        from .fitted import Fitted

        return Fitted(load_posterior(self.posterior))


def serving() -> Serving:
    """Return what the environment says. Raises InputError in one line."""
    usual = Serving()
    return Serving(
        os.environ.get(f"{PREFIX}SCENARIO", usual.scenario),
        os.environ.get(f"{PREFIX}SCENARIOS", usual.scenarios),
        _whole("MAX_TEACHERS", usual.max_teachers),
        _whole("MAX_SESSIONS", usual.max_sessions),
        _whole("IDLE", usual.idle),
        os.environ.get(f"{PREFIX}POSTERIOR", usual.posterior),
        os.environ.get(f"{PREFIX}HOST", usual.host),
        os.environ.get(f"{PREFIX}ORIGINS", usual.origins),
    )


def _whole(name: str, usual: int) -> int:
    text = os.environ.get(PREFIX + name, str(usual))
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise InputError(printable(f"{PREFIX}{name} = {text[:20]}: allowed whole numbers 1 to 1,000,000,000"))
    return int(text)


def ask_no_one(limits: Serving) -> None:
    """Set Solara so that no request leaves this machine, nothing is watched or shown for developers, and sessions end.

    Solara's own start (`solara run`) asks for its newest version before any page is loaded; only `--no-check-version` stops that.
    """
    import solara.server.settings as server
    import solara.settings

    server.telemetry.mixpanel_enable = False
    solara.settings.assets.proxy = (
        True  # files of the page come from this server, which has them from solara-assets
    )
    solara.settings.assets.cdn = NOWHERE
    server.assets.fontawesome_enabled = False
    server.main.mode = "production"
    server.theme.loader = "plain"
    server.theme.show_banner = False
    server.theme.title = "ml_abm"
    server.kernel.cull_timeout = f"{limits.idle}m"
    server.kernel.max_per_session = TABS_A_BROWSER
    server.session.http_only = True
