"""Results of jobs kept in a folder by their keys: what is there is not simulated again."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from ..errors import StoreError
from ..foundation.folders import check_own, locked
from .parts import PATTERN, foreign, parts_in, read_part, write_part

WHAT = {"what": "ml_abm results", "schema": 1}
Result = Mapping[str, np.ndarray]  # of one job: float64 arrays (n,) by name


class Kept:
    """A folder of results by key, as part files. Keys are of the content of runs, so several questions may share it.

    Parameters
    ----------
    folder : made when it is first held; what leads out of it, such as a symbolic link, is refused.
    names : of all that is the caller's own in it (patterns).
    """

    def __init__(self, folder: Path, names: tuple[str, ...] = (PATTERN,)) -> None:
        self.folder = folder
        self.names = names
        self._within: Path | None = None

    @classmethod
    def below(cls, folder: Path, name: str) -> Kept:
        """Return results in a folder of this name below one that the user gives, which alone may be a link."""
        kept = cls(folder / name)
        kept._within = folder
        return kept

    def _check(self) -> None:
        if self._within:
            check_own(self._within, (self.folder.name,), StoreError)
        check_own(self.folder, self.names, StoreError)

    def held(self) -> AbstractContextManager[None]:
        """Keep the folder for this process. Raises StoreError if another one has it, or if something in it leads elsewhere."""
        self._check()
        return locked(self.folder, self.names, StoreError)

    def read(self) -> dict[str, Result]:
        """Return all results by key. Raises StoreError, in one line, for a part that is damaged or of something else."""
        self._check()
        found: dict[str, Result] = {}
        for path in parts_in(self.folder):
            found |= _results(path)
        return found

    def add(self, results: Mapping[str, Result]) -> None:
        """Keep some more results as one part. Raises OutputError, and none of them is there."""
        import pyarrow as pa

        rows = [(key, name, values) for key, result in results.items() for name, values in result.items()]
        table = pa.table(
            {
                "key": pa.array([key for key, _, _ in rows], pa.string()),
                "name": pa.array([name for _, name, _ in rows], pa.string()),
                "values": pa.array([values for _, _, values in rows], pa.list_(pa.float64())),
            }
        )
        write_part(self.folder, table, WHAT)


def _results(path: Path) -> dict[str, Result]:
    table, said = read_part(path)
    if said.get("what") != WHAT["what"] or table.column_names != ["key", "name", "values"]:
        raise foreign(path)
    lists = table["values"].combine_chunks()
    flat, ends = np.asarray(lists.flatten()), np.asarray(lists.offsets)
    found: dict[str, dict[str, np.ndarray]] = {}
    rows = zip(table["key"].to_pylist(), table["name"].to_pylist(), ends[:-1], ends[1:], strict=True)
    for key, name, first, end in rows:
        found.setdefault(key, {})[name] = flat[first:end]
    return dict(found)
