"""One fixed run, summarised so that any change of a result shows, also one in the last bit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ml_abm import Scenario, Simulation

FILE = Path(__file__).parent / "golden.json"
MONTHS = 72


def golden() -> dict[str, object]:
    """Return outcomes of the base scenario, seed 1, and a hash of all outcomes rounded to 9 digits."""
    trace = Simulation(Scenario(), seed=1).run_for(MONTHS).trace().system
    rounded = trace.map(lambda value: float(f"{value:.9g}"))
    digest = hashlib.sha256(rounded.to_csv().encode()).hexdigest()
    last = {str(name): float(f"{value:.9g}") for name, value in trace.iloc[-1].items()}
    return {"months": MONTHS, "sha256": digest, "last month": last}


def written() -> dict[str, object]:
    """Return the golden run as it was last renewed."""
    return json.loads(FILE.read_text(encoding="utf-8"))
