"""Marks of tests that want a library which a very new Python may not have yet."""

import pytest

from ml_abm.commands.calibrate import missing

needs_calibrate = pytest.mark.skipif(
    bool(missing()), reason=f"no {', '.join(missing())} in this Python, which `ml-abm calibrate` needs"
)
