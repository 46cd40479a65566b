"""Renew the golden run: `make golden`. Say in the changelog that results changed, and why."""

import json

from tests.golden.run import FILE, golden

FILE.write_text(json.dumps(golden(), indent=2) + "\n", encoding="utf-8")
print(f"renewed {FILE.name}")
