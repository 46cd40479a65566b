"""What holds for all tests: none of them fails because a machine is slow; those that run much are marked, and `make fast` leaves them out."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Folders and files whose tests run fits, assessments, studies, browsers, documents or processes of their own.
SLOW = {
    "browser", "docs", "recovery", "wheel", "release", "fuzz", "viz", "properties",
    "test_assess.py", "test_fates.py", "test_resume.py", "test_report.py", "test_walkthroughs.py",
    "test_runner.py", "test_dask.py", "test_ready_studies.py", "test_commands.py", "test_store.py", "test_from_batch_run.py",
    "test_calibrate.py", "test_calibrate_dask.py", "test_fit.py", "test_forecasts.py", "test_surveys.py", "test_posterior.py", "test_exposure.py", "test_folders.py",
    "test_trials_shipped.py", "test_trials_command.py", "test_damage.py", "test_bad_lists.py", "test_compiled.py", "test_threads.py", "test_presets.py",
    "test_generators.py", "test_cli.py", "test_export.py", "test_mesa.py", "test_command_output.py", "test_lever_effects.py", "test_checkpoint.py", "test_proportion.py",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of these folders and files as slow."""
    root = Path(__file__).parent
    for item in items:
        if SLOW & set(item.path.relative_to(root).parts):
            item.add_marker(pytest.mark.slow)
