"""Have the pinned dependencies known holes? Asks the advisories with pip-audit; where they cannot be reached, says so (exit code 3)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parents[2] / "constraints.txt"
UNAVAILABLE = 3
UNREACHED = (
    "ConnectionError",
    "ServiceError",
    "not found on PyPI and could not be audited",
    "Max retries",
    "Failed to resolve",
)


def main() -> int:
    """Audit, and say what came of it in the last line."""
    words = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--no-deps", "--disable-pip"]
    ended = subprocess.run(
        [*words, "-r", str(CONSTRAINTS)], capture_output=True, text=True, check=False, timeout=600
    )
    said = ended.stdout + ended.stderr
    if not re.search(r"Found \d+ known", said) and any(word in said for word in UNREACHED):
        print(
            "the advisories cannot be reached from here, so nothing was audited: run `make audit` where there is a network"
        )
        return UNAVAILABLE
    print(said.strip())
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
