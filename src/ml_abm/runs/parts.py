"""Part files: some results each, written whole as Parquet, and named after a digest of all their bytes.

The digest is compared before a part is read, so a flipped bit, a cut or a mixed-up file is refused and never read as other numbers. The same
results always give the same bytes, and so the same name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError, StoreError
from ..foundation.atomic_write import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

PATTERN = "part-*.parquet"
META = b"ml_abm"  # where a file says whose it is


def digest_of(content: bytes) -> str:
    """Return 32 hexadecimal digits that stand for these bytes."""
    return blake2b(content, digest_size=16).hexdigest()


def put(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, and make its folder. Raises OutputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None
    write_whole(path, lambda part: part.write_bytes(content))


def as_parquet(table: pa.Table, said: Mapping[str, Any] | None = None) -> bytes:
    """Return a table as the bytes of a Parquet file, with what it says of itself."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if said is not None:
        table = table.replace_schema_metadata({META: json.dumps(said)})
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue().to_pybytes()


def write_part(folder: Path, table: pa.Table, said: Mapping[str, Any]) -> str:
    """Write a table as a part and return its name. Raises OutputError, and nothing of it is there."""
    content = as_parquet(table, said)
    name = f"part-{digest_of(content)}.parquet"
    put(folder / name, content)
    return name


def parts_in(folder: Path) -> Iterator[Path]:
    """Yield the parts of a folder, in the order of their names."""
    yield from sorted(folder.glob(PATTERN))


def read_whole(path: Path) -> bytes:
    """Return the bytes of a part. Raises StoreError if they are not those that were written."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    if path.name != f"part-{digest_of(content)}.parquet":
        raise damaged(path)
    return content


def read_part(path: Path, columns: list[str] | None = None) -> tuple[pa.Table, dict[str, Any]]:
    """Return a part's table, or some columns of it, and what it says of itself. Raises StoreError in one line."""
    return parsed(path, read_whole(path), columns)


def parsed(path: Path, content: bytes, columns: list[str] | None = None) -> tuple[pa.Table, dict[str, Any]]:
    """Return what the bytes of a part hold, its digest being right. Raises StoreError for what no part of ours holds."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(BytesIO(content)).read(columns)
        said = json.loads((table.schema.metadata or {})[META])
        if not isinstance(said, dict):
            raise TypeError
        return table, said
    except (KeyError, TypeError, RecursionError):
        raise foreign(path) from None
    except (OSError, ValueError, pa.ArrowException):
        raise damaged(path) from None


def damaged(path: Path) -> StoreError:
    """Return the error for a part whose bytes are not those that were written."""
    return StoreError(
        f"{path} is damaged, or of a version of ml_abm before checksums: delete it and run again, which simulates only what was in it"
    )


def foreign(path: Path) -> StoreError:
    """Return the error for a file of something else."""
    return StoreError(f"{path} is not a part of these results: take it away from here")
