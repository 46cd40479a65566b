"""What is a folder of results, and is it one? Its manifest: schema, versions, machine, the study and its plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..compiled import model_stamp
from ..errors import StoreError
from ..made_with import made_with

if TYPE_CHECKING:
    from .plan import Plan

SCHEMA = 1
MANIFEST = "manifest.json"
PACKAGES = ("numba", "numpy", "pandas", "pyarrow", "pydantic", "SALib", "scipy", "dask")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a folder's manifest. Raises StoreError for one of something else, or of a newer version."""
    path = folder / MANIFEST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(said, dict) or said.get("what") != "ml_abm experiment":
            raise StoreError(
                f"{path} is not of an experiment: give a folder that `ml-abm experiment run` wrote"
            )
        if said["schema"] > SCHEMA:
            raise StoreError(
                f"{folder} was written by a newer version (ml_abm {said['ml_abm']}, schema {said['schema']}; this knows "
                f"schema {SCHEMA}): update ml_abm"
            )
        texts = all(isinstance(said[name], str) for name in ("store", "study", "plan", "model"))
        if not texts or not isinstance(said["planned"], int):
            raise damaged_manifest(path)
        return said
    except FileNotFoundError:
        raise StoreError(f"{folder} holds no {MANIFEST}: it is no folder of an experiment") from None
    except NotADirectoryError:
        raise StoreError(f"{folder} is a file: give the folder of its results") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise error if isinstance(error, StoreError) else damaged_manifest(path) from None


def manifest_of(plan: Plan) -> dict[str, Any]:
    """Return what a manifest says: what it takes to live the runs again and to know what they are."""
    return {
        "what": "ml_abm experiment",
        "schema": SCHEMA,
        "study": plan.study.name,
        "plan": plan.stamp,
        "planned": len(plan.runs),
        "model": model_stamp(),
        **made_with(PACKAGES),
    }


def as_json(said: dict[str, Any]) -> bytes:
    """Return a manifest's bytes."""
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def damaged_manifest(path: Path) -> StoreError:
    """Return the error for a manifest that is not what was written."""
    return StoreError(f"{path} is damaged: put back a copy, or give another folder")
