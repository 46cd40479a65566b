"""What studies found and the model does not show, and why, as far as that is known: `docs/patterns.md` prints it."""

MISSES: dict[str, str] = {}
