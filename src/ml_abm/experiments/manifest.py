"""Manifest of a folder of results: schema, versions, machine, the study, its plan, and digests of all files that are not parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import StoreError
from ..foundation.compiled import model_stamp
from ..foundation.provenance import made_with
from ..runs.parts import digest_of

if TYPE_CHECKING:
    from .plan import Plan

SCHEMA = 2  # 2: parts and manifest have digests
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
        if said["schema"] < SCHEMA:
            raise StoreError(
                f"{folder} was written by an earlier version (ml_abm {said['ml_abm']}, schema {said['schema']}), whose results have no "
                "checksums: run the study into another folder"
            )
        if said.pop("digest") != digest_of(as_json(said)):
            raise damaged_manifest(path)
        texts = all(isinstance(said[name], str) for name in ("store", "study", "plan", "model"))
        texts = texts and all(isinstance(text, str) for text in said["files"].values())
        if not texts or not isinstance(said["planned"], int):
            raise damaged_manifest(path)
        return said
    except FileNotFoundError:
        raise StoreError(f"{folder} holds no {MANIFEST}: it is no folder of an experiment") from None
    except NotADirectoryError:
        raise StoreError(f"{folder} is a file: give the folder of its results") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise error if isinstance(error, StoreError) else damaged_manifest(path) from None


def manifest_of(plan: Plan) -> dict[str, Any]:
    """Return what a manifest says: what it takes to simulate the runs again and to know what they are."""
    return {
        "what": "ml_abm experiment",
        "schema": SCHEMA,
        "study": plan.study.name,
        "plan": plan.stamp,
        "planned": len(plan.runs),
        "model": model_stamp(),
        **made_with(PACKAGES),
    }


def signed(said: dict[str, Any]) -> bytes:
    """Return a manifest's bytes, with a digest of all that it says."""
    return as_json({**said, "digest": digest_of(as_json(said))})


def as_json(said: dict[str, Any]) -> bytes:
    """Return what is said as the bytes of a JSON file."""
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def damaged_manifest(path: Path) -> StoreError:
    """Return the error for a manifest that is not what was written."""
    return StoreError(f"{path} is damaged: put back a copy, or give another folder")
