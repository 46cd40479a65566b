"""Files of rows, whatever wrote them: CSV, Parquet or Excel in; cells, and the lines they stand on, out.

A file may be untrusted, so it is measured before it is read, nothing packed is unpacked, and no cell or line is longer than
`LONGEST_LINE`.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from ..errors import InputError, ListError, SizeError, printable
from ..foundation.free_memory import memory_free
from ..foundation.numbers_in_words import size
from .headings import shown

LONGEST_LINE = 1_000_000  # bytes of a line, and of a cell
DELIMITERS = ",;\t|"
DELIMITER_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars (|)"}
HEADINGS_WITHIN = 20  # rows from the top
SAMPLE = 1 << 18  # bytes of these rows
MOST_COLUMNS = 1_000
# Bytes of memory that a byte of a file takes while it is read, and a row beside that: measured on lists of 4 to 10 columns,
# and rounded up.
TEXT_FACTOR, UNPACKED_FACTOR, ROW = 16, 8, 500
CELL = 16  # bytes that a cell of a workbook takes, beside its text, and an empty one before it as well: measured 12
LARGEST_WORKBOOK = 1 << 30  # bytes, unpacked
ROWS_OF_A_WORKBOOK, CELLS_OF_A_ROW = 1 << 20, 1 << 14  # that a workbook can have
ROWS_BETWEEN_LOOKS = 4096  # at the memory that is left
SIMPLE = ("is_string", "is_large_string", "is_integer", "is_floating", "is_decimal", "is_boolean", "is_null")
# Types that say the same as a common one, which Arrow can compute with.
RARE = {"string_view": pa.string(), "halffloat": pa.float32()}
PACKED = {".gz", ".zip", ".xz", ".bz2", ".zst", ".7z", ".rar"}
PACKED_BEGINS = (b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!")


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, below its headings.

    `cells` has a column per heading, by position; `lines` says where each row stands (int64), in what people count in such a
    file, `unit`. `odd` are rows with another number of cells: line and beginning. `above` lines stood above the headings.
    """

    path: Path
    form: str
    unit: str
    headings: list[str]
    cells: list[Any]
    lines: np.ndarray
    above: int
    odd: list[tuple[int, str]]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, rows: np.ndarray) -> Sheet:
        """Return the sheet with only the rows that a mask marks."""
        if rows.all():
            return self
        chosen = pa.array(rows)
        cells = [column.filter(chosen) for column in self.cells]
        return replace(self, cells=cells, lines=self.lines[rows])


def read_sheet(path: Path, known: Callable[[str], bool], most_rows: float = float("inf")) -> Sheet:
    """Return the rows of a file; `known` says whether a heading is one we look for. Raises ListError or SizeError in one line."""
    kind = path.suffix.lower()
    if kind in PACKED:
        raise ListError(f"{path.name} is packed: unpack it first")
    if kind not in READERS:
        raise ListError(f"{path.name}: allowed are {', '.join(READERS)}")
    size = about_file(path).st_size
    if size == 0:
        raise ListError(f"{path.name} is empty")
    factor, read = READERS[kind]
    check_memory(path, size * factor)
    try:
        return read(path, size, known, most_rows)
    except InputError:
        raise
    except OSError as error:
        raise ListError(f"{path} cannot be read: {error.strerror or printable(str(error))}") from None
    except (pa.ArrowException, ValueError) as error:
        raise ListError(
            printable(f"{path.name} is damaged, or not what its name says: {str(error)[:200]}")
        ) from None


def about_file(path: Path) -> os.stat_result:
    """Return size and time of a file. Raises ListError for what is none."""
    try:
        about = path.stat()
    except FileNotFoundError:
        raise ListError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        raise ListError(
            printable(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}")
        ) from None
    if not stat.S_ISREG(about.st_mode):
        raise ListError(f"{path} is no file: give a list, of {', '.join(READERS)}")
    return about


def check_memory(path: Path, needed: int) -> None:
    """Raise SizeError if reading a file would take more bytes than the memory that is free."""
    free = memory_free()
    if needed > 0.9 * free:
        raise SizeError(
            f"{path.name}: reading it takes about {size(needed)} of memory, and {size(free)} are free here: "
            "leave out columns and rows that are not needed"
        )


def check_rows(path: Path, rows: int, most_rows: float) -> None:
    """Raise SizeError for more rows than a system can have."""
    if rows > most_rows:
        raise SizeError(f"{path.name} has {rows:,} rows: allowed {most_rows:,.0f}")


# --- text ---------------------------------------------------------------------------------------------------------------


def read_text(path: Path, size: int, known: Callable[[str], bool], most_rows: float) -> Sheet:
    """Return the rows of a file of text: separator and encoding are detected and reported."""
    with path.open("rb") as file:
        raw, encoding, notes = as_utf8(path, file.read(size))
    check_rows(path, raw.count(b"\n") - HEADINGS_WITHIN, most_rows)
    if max(map(len, io.BytesIO(raw))) > LONGEST_LINE:
        raise ListError(f"{path.name} has a line of more than {LONGEST_LINE:,} bytes: no list needs as much")
    delimiter, above, headings = headings_of(path, raw, known)
    columns, record, odd = records(path, raw, delimiter, len(headings))
    line, broken = line_of_each(raw, columns, record, odd)
    below = record > above + 1
    if broken.any():
        at = line[record[np.flatnonzero(broken)[0]] - 1]
        notes += (f"cells go over several lines (first on line {at:,}): is a quote not closed?",)
    sheet = Sheet(
        path,
        f"{encoding} text separated by {DELIMITER_WORDS[delimiter]}",
        "line",
        headings,
        columns,
        line[record - 1],
        above,
        [(int(line[number - 1]), text) for number, text, _ in odd if number > above + 1],
        notes,
    )
    return sheet.keep(below)


def as_utf8(path: Path, raw: bytes) -> tuple[bytes, str, tuple[str, ...]]:
    """Return text as UTF-8 with simple line ends, the name of its encoding, and what a reader should know about that."""
    if raw.startswith(PACKED_BEGINS):
        raise ListError(
            f"{path.name} is packed, or a workbook, under the name of a text: unpack or rename it"
        )
    encoding, notes = encoding_of(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise ListError(
            f"{path.name} is not text in UTF-8, UTF-16 or Windows-1252: save it as UTF-8"
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ListError(f"{path.name} is not text (line {line:,} has a zero byte): save it as CSV in UTF-8")
    if encoding not in ("utf-8", "utf-8-sig") or text.startswith("\ufeff"):
        raw = text.removeprefix("\ufeff").encode()
    elif encoding == "utf-8-sig":
        raw = raw[3:]
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not raw.strip():
        raise ListError(f"{path.name} is empty")
    return raw, {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(encoding, encoding.upper()), notes


def encoding_of(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the encoding that a text says it is in, or else UTF-8, or else that of old spreadsheets, with a note."""
    if raw.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", ()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", ()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return "cp1252", (
            f"read as Windows-1252, as line {line:,} is not UTF-8: look whether its letters are right",
        )
    return "utf-8", ()


def headings_of(path: Path, raw: bytes, known: Callable[[str], bool]) -> tuple[str, int, list[str]]:
    """Return the separator, how many records stand above the headings, and the headings.

    They are the record, of the first ones, with the most headings that we know; and so is the separator found.
    """
    sample = raw[:SAMPLE].decode(errors="replace")
    best: tuple[Any, ...] = (0,)
    for delimiter in DELIMITERS:
        rows = first_rows(sample, delimiter)
        above, score = best_row(rows, known)
        if rows and (*score, -above) > best[:3]:
            best = (*score, -above, delimiter, above, [cell.strip() for cell in rows[above]])
    if len(best) == 1:
        raise ListError(f"{path.name} has no row of headings")
    if len(best[5]) > MOST_COLUMNS:
        raise ListError(f"{path.name} has {len(best[5]):,} columns: allowed {MOST_COLUMNS:,}")
    return best[3], best[4], best[5]


def first_rows(sample: str, delimiter: str) -> list[list[str]]:
    """Return the first rows of a text, up to one that is no row."""
    rows: list[list[str]] = []
    with suppress(csv.Error):  # the reader of all rows says what is wrong with it
        rows.extend(islice(csv.reader(io.StringIO(sample), delimiter=delimiter), HEADINGS_WITHIN))
    return rows


def best_row(rows: Sequence[Sequence[str]], known: Callable[[str], bool]) -> tuple[int, tuple[int, int]]:
    """Return the row that has the most known headings, and how many those are of how many; the first that says anything if none."""
    scores = [(sum(known(cell) for cell in row[:MOST_COLUMNS]), len(row)) for row in rows]
    if any(score[0] for score in scores):
        best = max(scores)
        return scores.index(best), best
    first = next((k for k, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    return first, scores[first] if scores else (0, 0)


def records(
    path: Path, raw: bytes, delimiter: str, width: int
) -> tuple[list[Any], np.ndarray, list[tuple[int, str, int]]]:
    """Return the columns of all records of the right width, the numbers of these records from 1, and the others.

    Of those the number, the beginning and the line breaks inside are reported.
    """
    odd: list[tuple[int, str, int]] = []

    def note(row: Any) -> str:
        odd.append((row.number, row.text[:80], row.text.count("\n")))
        return "skip"

    names = [str(k) for k in range(width)]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(raw),
            # one thread: only then are rows numbered
            pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=2 * LONGEST_LINE),
            pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=b'"' in raw,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        raise not_closed(path) from None
    longest = (
        [pc.max(pc.binary_length(column)).as_py() or 0 for column in table.columns] if b'"' in raw else []
    )
    if max(longest, default=0) > LONGEST_LINE:
        raise not_closed(path)
    number = np.arange(1, table.num_rows + len(odd) + 1)
    return table.columns, np.delete(number, [row[0] - 1 for row in odd]), odd


def not_closed(path: Path) -> ListError:
    """Return the error for cells that do not end."""
    return ListError(
        f'{path.name} cannot be read as rows: a quote (") is not closed, or a cell has more than {LONGEST_LINE:,} bytes'
    )


def line_of_each(
    raw: bytes, columns: Iterable[Any], record: np.ndarray, odd: list[tuple[int, str, int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the line on which each record begins, and which of the rows have line breaks in their cells."""
    breaks = np.zeros(len(record) + len(odd), np.int64)
    inside = np.zeros(len(record), np.int64)
    if raw.count(b"\n") + (not raw.endswith(b"\n")) != len(breaks):
        for column in columns:
            inside += pc.count_substring(column, "\n").to_numpy()
        breaks[record - 1] = inside
        for number, _, n in odd:
            breaks[number - 1] = n
    return np.arange(1, len(breaks) + 1) + np.cumsum(breaks) - breaks, inside > 0


# --- Parquet and Excel --------------------------------------------------------------------------------------------------


def read_parquet(path: Path, size: int, known: Callable[[str], bool], most_rows: float) -> Sheet:
    """Return the rows of a Parquet file; text stays in the dictionaries it is stored in until its length is known."""
    with pa.memory_map(str(path)) as source:
        schema = pyarrow.parquet.read_schema(source)
        texts = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
        file = pyarrow.parquet.ParquetFile(source, read_dictionary=texts)
        check_rows(path, file.metadata.num_rows, most_rows)
        groups = range(file.metadata.num_row_groups)
        unpacked = sum(file.metadata.row_group(k).total_byte_size for k in groups)
        check_memory(path, unpacked * UNPACKED_FACTOR + file.metadata.num_rows * ROW)
        table, notes = simple(file.read(), known)
    for name, column in zip(table.column_names, table.columns, strict=True):
        check_cells(path, name, column)
    return Sheet(
        path,
        "Parquet",
        "row",
        [name.strip() for name in table.column_names],
        table.columns,
        np.arange(1, table.num_rows + 1),
        0,
        [],
        notes,
    )


def simple(table: Any, known: Callable[[str], bool]) -> tuple[Any, tuple[str, ...]]:
    """Return a table in types that Arrow computes with; columns of other types that are not asked for are left out, with a note."""
    kinds = {k: as_common(field.type) for k, field in enumerate(table.schema)}
    used = [k for k, field in enumerate(table.schema) if known(field.name) or is_simple(kinds[k])]
    table, names = table.select(used), [table.schema.field(k).name for k in kinds if k not in used]
    table = table.cast(pa.schema([table.schema.field(at).with_type(kinds[k]) for at, k in enumerate(used)]))
    note = f"columns that are neither text nor numbers are left out: {shown(names)}"
    return table, (printable(note),) if names else ()


def as_common(kind: Any) -> Any:
    """Return the common type that says the same as a rare one; dates and times become text."""
    if pa.types.is_temporal(kind) and not pa.types.is_interval(kind):
        return pa.string()
    return RARE.get(str(kind), kind)


def is_simple(kind: Any) -> bool:
    """Return whether a column of this type can be read as text and as numbers."""
    if pa.types.is_dictionary(kind):
        return is_simple(kind.value_type)
    return any(getattr(pa.types, is_kind)(kind) for is_kind in SIMPLE)


def check_cells(path: Path, name: str, column: Any) -> None:
    """Raise for a column that is no text, number, date or truth, or whose texts would not fit when they are written out."""
    kind = column.type
    if not is_simple(kind):
        raise ListError(
            printable(
                f"{path.name}: column {name[:40]!r} is of type {str(kind)[:40]}: allowed text and numbers"
            )
        )
    if pa.types.is_dictionary(kind):
        longest = max((pc.max(pc.binary_length(c.dictionary)).as_py() or 0 for c in column.chunks), default=0)
        if longest > LONGEST_LINE:
            raise ListError(
                printable(
                    f"{path.name}: column {name[:40]!r} has a cell of {longest:,} bytes: allowed {LONGEST_LINE:,}"
                )
            )
        check_memory(path, longest * len(column))


def read_excel(path: Path, size: int, known: Callable[[str], bool], most_rows: float) -> Sheet:
    """Return the rows of the first sheet of a workbook."""
    check_workbook(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of openpyxl, about styles
            sheets, rows = rows_of_workbook(path, most_rows)
    except ImportError:
        raise ListError(
            f"{path.name} is an Excel workbook, which needs one more package: pip install 'ml-abm[excel]', or save it as CSV"
        ) from None
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken file makes it run into
        raise ListError(
            printable(f"{path.name} is no workbook that can be read: {str(error)[:200]}")
        ) from None
    if not any(rows):
        first = f": its first sheet of {len(sheets)} is" if len(sheets) > 1 else " is"
        raise ListError(f"{path.name}{first} empty")
    above, _ = best_row(rows[:HEADINGS_WITHIN], known)
    others = (f"the first of {len(sheets)} sheets, {sheets[0]!r}",) if len(sheets) > 1 else ()
    columns = [
        pa.chunked_array(
            [pa.array([row[k] if k < len(row) else "" for row in rows[above + 1 :]], pa.string())]
        )
        for k in range(max(map(len, rows)))
    ]
    headings = [cell.strip() for cell in rows[above]] + [""] * (len(columns) - len(rows[above]))
    return Sheet(
        path, "Excel", "row", headings, columns, np.arange(above + 2, len(rows) + 1), above, [], others
    )


def rows_of_workbook(path: Path, most_rows: float) -> tuple[list[str], list[list[str]]]:
    """Return the names of the sheets, and the rows of the first one as text, without the empty cells at their ends.

    A cell far out costs a file a few bytes, and means empty ones for all rows above it and all columns before: they are counted
    as they come, and not what the file says of its extent.
    """
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    rows: list[list[str]] = []
    widest = letters = 0
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True):
            rows.append(without_end([as_written(cell) for cell in cells]))
            widest, letters = max(widest, len(rows[-1])), letters + sum(map(len, rows[-1]))
            if len(rows) % ROWS_BETWEEN_LOOKS == 0 or letters > LONGEST_LINE * len(rows):
                check_rows(path, len(rows) - HEADINGS_WITHIN, min(most_rows, ROWS_OF_A_WORKBOOK))
                check_memory(path, len(rows) * widest * CELL + letters)
            if widest > MOST_COLUMNS:
                raise ListError(f"{path.name} has {widest:,} columns: allowed {MOST_COLUMNS:,}")
        return [sheet.title for sheet in book.worksheets], without_end(rows)
    finally:
        book.close()


def as_written(cell: Any) -> str:
    """Return a cell of a workbook as text; a whole number has no decimals, and nothing is an empty text."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)


def without_end(row: list[Any]) -> list[Any]:
    """Return a row without the empty cells at its end, or rows without the empty ones."""
    last = next((k for k in range(len(row), 0, -1) if row[k - 1]), 0)
    return row[:last]


def check_workbook(path: Path) -> None:
    """Raise for what is no workbook, and for one that unpacks to more than it may."""
    try:
        with zipfile.ZipFile(path) as book:
            unpacked = sum(entry.file_size for entry in book.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ListError(f"{path.name} is no Excel workbook (.xlsx)") from None
    if unpacked > LARGEST_WORKBOOK:
        raise SizeError(f"{path.name} unpacks to {size(unpacked)}: allowed {size(LARGEST_WORKBOOK)}")
    check_memory(path, unpacked * UNPACKED_FACTOR)
    try:
        with zipfile.ZipFile(path) as book:
            for entry in book.infolist():
                if entry.filename.endswith(".xml"):
                    check_part(path, book, entry.filename)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError) as error:
        raise ListError(f"{path.name} is no workbook that can be read: {str(error)[:200]}") from None


def check_part(path: Path, book: zipfile.ZipFile, name: str) -> None:
    """Raise ListError for a part of a workbook with a row of more cells than a workbook can have, or with a document type.

    openpyxl keeps a row whole, some 80 bytes for each byte of an empty cell; and a document type may grow without end.
    """
    cells = 0

    def begin(element: str, _: Any) -> None:
        nonlocal cells
        word = element.rpartition(":")[2]
        cells = 0 if word == "row" else cells + (word == "c")
        if cells > CELLS_OF_A_ROW:
            raise ListError(
                f"{path.name} has a row of more than {CELLS_OF_A_ROW:,} cells: no workbook has as many"
            )

    def refuse(*_: Any) -> None:
        raise ListError(f"{path.name} declares a document type (<!DOCTYPE>): a workbook needs none")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begin, refuse
    with book.open(name) as part:
        parser.ParseFile(part)


READERS: dict[str, tuple[int, Callable[[Path, int, Callable[[str], bool], float], Sheet]]] = {
    ".csv": (TEXT_FACTOR, read_text),
    ".tsv": (TEXT_FACTOR, read_text),
    ".txt": (TEXT_FACTOR, read_text),
    ".parquet": (1, read_parquet),
    ".xlsx": (1, read_excel),
}
