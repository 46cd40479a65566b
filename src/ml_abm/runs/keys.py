"""Content keys of runs: a hash of all that makes a run what it is, whatever it is called.

That is what is simulated, the content of its files, the months, the seed and the code of the model. Two runs with one key have the same bits,
so a run that is kept is never simulated again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from ..checkpoint import said_of
from ..foundation.compiled import model_stamp
from ..scenario import Scenario

# What a scenario says for people, and what does not change a run.
FOR_PEOPLE = {"name", "case", "case_metric", "sourced", "assumed", "--seed", "--districts"}


def key_of(setting: bytes, seed: int) -> str:
    """Return the key of one run: 24 hexadecimal digits."""
    return blake2b(setting + seed.to_bytes(8, "little"), digest_size=12).hexdigest()


def hash_of(setting: Mapping[str, Any]) -> bytes:
    """Return a hash of what is simulated."""
    return blake2b(json.dumps(setting, sort_keys=True).encode()).digest()


def base_of(scenario: Scenario, months: int, contents: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return all that makes a run what it is but its seed: what the scenario says, its files' content, months, the model's code.

    `contents` spares reading the files of many scenarios that have the same (`contents_of`).
    """
    said = {name: value for name, value in said_of(scenario, 0, False).items() if name not in FOR_PEOPLE}
    contents = contents_of(scenario) if contents is None else contents
    return {**said, **contents, "months": months, "model": model_stamp()}


def contents_of(scenario: Scenario) -> dict[str, str]:
    """Return what identifies the content of a scenario's files."""
    return {f"content of {key}": file["sha256"] for key, file in scenario.fingerprints().items()}
