"""How many files are tried: few and always the same in `make test`, many and new ones in `make fuzz` (FUZZ=examples a kind)."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("FUZZ") or 0)
TRIES = settings(
    max_examples=EXAMPLES or 40,
    derandomize=not EXAMPLES,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
