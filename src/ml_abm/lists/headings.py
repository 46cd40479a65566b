"""Headings of columns: those as ministries write them, and our word for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from ..errors import ListError, printable, suggestion
from ..tables import Barrier, School, Teacher, columns

LONGEST_WORD = 40
HEADINGS_SHOWN = 12

# Our word for a column of the list of schools, and what else it is called. Case, accents and punctuation do not matter.
SCHOOLS: dict[str, tuple[str, ...]] = {
    "id": ("id", "school id", "school code", "school no", "school number", "emis no", "emis code", "emis number", "emis id", "emis", "udise code", "udise"),
    "district": ("district", "dist", "district name", "district code", "district id", "lea", "local authority"),
    "name": ("name", "school name", "name of school"),
    "teachers": ("teachers", "no of teachers", "number of teachers", "total teachers", "teachers total", "teacher count"),
    "pupils": ("pupils", "no of pupils", "number of pupils", "enrolment", "enrollment", "total enrolment", "total enrollment", "students", "no of students", "learners", "no of learners"),
    "latitude": ("latitude", "lat", "gps latitude"),
    "longitude": ("longitude", "long", "lon", "lng", "gps longitude"),
    "remoteness": ("remoteness",),
}  # fmt: skip
TEACHERS: dict[str, tuple[str, ...]] = {
    "id": ("id", "teacher id", "teacher code", "teacher no", "tmis no", "tsc no", "employee no"),
    "school": ("school", "school id", "school code", "school no", "emis no", "emis code", "udise code"),
}
# States that a list may set, if [system.columns] maps them; what the model counts or decides month by month is left out.
SCHOOL_STATES = (
    "leadership", "community", "materials", "mismatch", "observed_benefit", "ownership", "disadvantage", "remoteness",
)  # fmt: skip
TEACHER_STATES = ("weekly_hours", "threshold", "resilience", "willingness", "commitment", "strain", "skill")
# What the files of agents call columns that the tables call otherwise: enrolment is a heading for the number of pupils.
ENROLMENT_STATE = "enrolment_state"
BARRIERS = tuple(f"barrier_{barrier.name.lower()}" for barrier in Barrier)
WORKED_OUT = {*columns(School), *columns(Teacher), ENROLMENT_STATE, *BARRIERS}


@lru_cache(maxsize=10_000)
def plain(heading: str) -> str:
    """Return a heading in small letters, without accents and punctuation."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", letters.casefold()).strip()


class Words:
    """The words for the columns of one kind of list, and what the user says each is called in this file.

    `source` is where that is said: a table of a scenario file, or an option of the command line.
    """

    def __init__(
        self,
        synonyms: Mapping[str, tuple[str, ...]],
        states: Sequence[str],
        mapped: Mapping[str, str],
        source: str,
    ) -> None:
        self.synonyms = synonyms
        self.states = states
        self.mapped = mapped
        self.source = source
        self._known = {name for names in synonyms.values() for name in names} | {
            plain(heading) for heading in mapped.values()
        }
        for word in mapped:
            self._check(word)

    def _check(self, word: str) -> None:
        """Raise ListError for a word that is no name, or a known one misspelt."""
        known = [*self.synonyms, *self.states]
        if self.mapped[word] in known and word not in known:
            raise ListError(
                f"{self.source} {self.mapped[word]!r} is our word, not a heading: turn it round, {self.says(self.mapped[word], word)}"
            )
        if not re.fullmatch(r"[a-z][a-z0-9_]*", word) or len(word) > LONGEST_WORD:
            raise ListError(
                f"{self.source} {word[:LONGEST_WORD]!r}: allowed are {', '.join(known)}, or small letters, digits and _ for an "
                "attribute to keep"
            )
        near = get_close_matches(word, known, n=1, cutoff=0.85)
        if near and word not in known:
            raise ListError(f"{self.source} {word!r} is not known. Did you mean {near[0]!r}?")
        if word not in known and word in WORKED_OUT:
            raise ListError(
                f"{self.source} {word!r} is what the model works out: a list may set {', '.join(self.states)}"
            )

    def says(self, word: str, heading: str) -> str:
        """Return how a user says that a word stands for a heading."""
        equals = "=" if self.source.startswith("--") else " = "
        return f"{self.source} {word}{equals}{heading!r}"

    def known(self, heading: str) -> bool:
        """Return whether a heading is one that we have a word for."""
        return plain(heading) in self._known

    def found(self, headings: Sequence[str], needed: Sequence[str], file: str) -> dict[str, int]:
        """Return our words and the columns they stand for. Raises ListError where one is missing or could be several."""
        columns = {word: self._mapped(word, headings, file) for word in self.mapped}
        taken = set(columns.values())
        faults = []
        for word, names in self.synonyms.items():
            if word in columns:
                continue
            fits = [k for k, h in enumerate(headings) if plain(h) in names and k not in taken]
            if len(fits) > 1:
                both = " and ".join(repr(headings[k]) for k in fits)
                faults.append(
                    f"{both} could both be {word}: say which with {self.says(word, headings[fits[0]])}"
                )
            elif fits:
                columns[word] = fits[0]
            elif word in needed:
                faults.append(
                    f"no column is known as {word}, which is needed: say which it is with {self.says(word, '...')}"
                )
        if faults:
            raise ListError(printable(f"{file}: {'; '.join(faults)}. Its columns are {shown(headings)}"))
        order = [*self.synonyms, *self.mapped]
        return {word: columns[word] for word in dict.fromkeys(order) if word in columns}

    def _mapped(self, word: str, headings: Sequence[str], file: str) -> int:
        """Return the column that the user says a word stands for."""
        heading = self.mapped[word]
        fits = [k for k, h in enumerate(headings) if h == heading.strip()]
        fits = fits or [k for k, h in enumerate(headings) if plain(h) == plain(heading)]
        if len(fits) == 1:
            return fits[0]
        fault = (
            "stands over several columns" if fits else f"is no column of it.{suggestion(heading, headings)}"
        )
        raise ListError(
            printable(f"{file}: {self.says(word, heading)} {fault} Its columns are {shown(headings)}")
        )


def shown(headings: Sequence[str]) -> str:
    """Return the headings of a file as an error shows them."""
    more = [f"and {len(headings) - HEADINGS_SHOWN} more"] if len(headings) > HEADINGS_SHOWN else []
    return ", ".join([*(repr(h[:LONGEST_WORD]) for h in headings[:HEADINGS_SHOWN]), *more])
