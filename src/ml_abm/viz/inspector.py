"""Inspector: districts, schools, teachers, champions and funders, each with its state in words.

Every function reads the model of one life as it is; hold the player's lock meanwhile. What is returned is plain values for the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..agents import Champion, District, Funder, School, Teacher
from ..agents.base import ratio
from ..agents.model import SchoolSystemModel
from ..foundation.numbers_in_words import NOTHING, capital
from ..tables import NEVER, Enrolment, FunderStage, GrantStatus, Stage, ties_of
from .texts import Words

ROWS = 10  # of a table at a time
MOST_TEACHERS = 150  # dots of a school

Cells = Sequence[tuple[str, np.ndarray]]


class People:
    """Says who is who in one model, in one language."""

    def __init__(self, model: SchoolSystemModel, words: Words) -> None:
        self.model = model
        self.words = words
        self._start = model.simulation.scenario.setting.start_year

    def districts(self, order: str = "", page: int = 0) -> dict[str, Any]:
        """Return the table of districts, a page of it."""
        rows, schools = self.model.system.districts, self.model.system.schools
        first = rows["first_school"]
        users = np.add.reduceat(schools["users"], first).astype(float)
        staff = np.add.reduceat(schools["staff"], first).astype(float)
        strain = np.add.reduceat(schools["strain_sum"], first, dtype=float)
        cells = [
            ("teachers", staff),
            ("use", ratio(users, staff)),
            ("fidelity", np.where(users > 0, rows["fidelity"], np.nan)),
            ("strain", ratio(strain, staff)),
        ]
        state = np.where(rows["joined_month"] == NEVER, 0, 1)
        return self._table("district", "districts", np.arange(len(rows)), cells, state, order, page)

    def district(self, row: int, order: str = "", page: int = 0) -> dict[str, Any]:
        """Return one district in words, with its champion and a page of its schools."""
        district: District = self.model.window("districts", row)
        rows = district.first_school + np.arange(district.n_schools)
        schools = self.model.system.schools[rows]
        cells = [
            ("teachers", schools["staff"].astype(float)),
            ("use", ratio(schools["users"], schools["staff"])),
            (
                "fidelity",
                np.where(schools["users"] > 0, ratio(schools["fidelity_sum"], schools["users"]), np.nan),
            ),
            ("strain", ratio(schools["strain_sum"], schools["staff"])),
        ]
        return {
            "title": self.words("people.district", id=district.id),
            "says": [self._of_district(district), self.champion(district.champion)["says"]],
            "table": self._table("school", "schools", rows, cells, schools["enrolment"], order, page),
        }

    def school(self, row: int, teacher: int | None = None) -> dict[str, Any]:
        """Return one school in words, with its teachers, their ties, and one of them in words."""
        school: School = self.model.window("schools", row)
        staff = school.rows_of_teachers[:MOST_TEACHERS]
        found = {
            "title": self.words("people.school", id=school.id),
            "says": [self._of_school(school)],
            "district": int(school.rows["district"][row]),
            "district_name": self.words("people.district", id=school.district.id),
            "teachers": [self._dot(int(each)) for each in staff],
            "ties": [
                [k, self._dot(int(other))]
                for k, each in enumerate(staff)
                for other in ties_of(self.model.system, int(each)).tolist()
                if other not in school.rows_of_teachers
            ],
        }
        if teacher is not None and teacher in school.rows_of_teachers:
            found["teacher"] = {"row": teacher, **self.teacher(self.model.window("teachers", teacher))}
        return found

    def teacher(self, teacher: Teacher) -> dict[str, str]:
        """Return a teacher in words."""
        words, percent = self.words, self.words.percent
        said = [
            words(
                "people.teacher_state",
                state=capital(words(f"stage_of.{teacher.stage.name}")),
                hours=words.number(teacher.weekly_hours),
                skill=percent(teacher.skill),
                commitment=percent(teacher.commitment),
                strain=percent(teacher.strain),
            )
        ]
        if teacher.using and not teacher.dosage:  # it is counted from the next month on
            said.append(words("people.teacher_began"))
        elif teacher.using:
            said.append(
                words(
                    "people.teacher_uses", dosage=percent(teacher.dosage), fidelity=percent(teacher.fidelity)
                )
            )
        if teacher.replaced:
            said.append(words("people.teacher_new"))
        if teacher.ties:
            said.append(words.plural("people.teacher_ties", teacher.ties))
        return {"title": words("people.teacher", id=teacher.id), "says": " ".join(said)}

    def champions(self, page: int = 0) -> dict[str, Any]:
        """Return the seats of champions in words, those at the top first, a page of them."""
        seats = np.arange(len(self.model.system.champions))
        shown = seats[page * ROWS : (page + 1) * ROWS]
        people = [self.champion(self.model.window("champions", int(seat))) for seat in shown]
        return {"people": people, **self._pages(len(seats), page)}

    def champion(self, champion: Champion) -> dict[str, Any]:
        """Return a champion's seat in words."""
        words, district = self.words, champion.district
        where = (
            words("people.champion_top")
            if district is None
            else words("people.champion_district", id=district.id)
        )
        capital = words.percent(champion.capital)
        if not champion.active:
            left = champion.capital >= 0.005
            says = (
                words("people.champion_empty", capital=capital) if left else words("people.champion_no_one")
            )
        elif champion.since_month <= 0:
            says = words("people.champion_start", capital=capital)
        else:
            says = words("people.champion_active", date=self._date(champion.since_month), capital=capital)
        return {"title": where, "says": f"{words('people.champion')}: {says}", "on": champion.active}

    def funders(self) -> list[dict[str, Any]]:
        """Return every funder in words."""
        return [self.funder(self.model.window("funders", k)) for k in range(len(self.model.system.funders))]

    def funder(self, funder: Funder) -> dict[str, Any]:
        """Return a funder in words."""
        words = self.words
        status = capital(words(f"grant.{funder.status.name}"))
        budget = words.money(funder.annual_budget)
        if funder.status == GrantStatus.WAITING:
            says = words(
                "people.funder_waiting", status=status, budget=budget, date=self._date(funder.first_month)
            )
        else:
            free = funder.stage == FunderStage.GOVERNMENT or funder.flexible_share >= 1
            flexible = (
                "" if free else words("people.funder_flexible", percent=words.percent(funder.flexible_share))
            )
            ended = funder.status == GrantStatus.ENDED
            says = words(
                "people.funder_ended" if ended else "people.funder_state",
                status=status,
                paid=words.money(funder.paid_in),
                grants=words.plural("people.grants", funder.grants),
                left=words.money(funder.balance),
                budget=budget,
                flexible=flexible,
            )
        return {"title": words.said(funder.name), "says": says, "on": funder.status == GrantStatus.PAYING}

    def _of_district(self, district: District) -> str:
        words, percent = self.words, self.words.percent
        schools = district.schools
        staff = int(schools.agg("staff", np.sum)) if len(schools) else 0
        if not district.joined:
            return capital(
                words(
                    "people.district_waiting",
                    openness=percent(district.openness),
                    schools=words.number(district.n_schools),
                    teachers=words.number(staff),
                )
            )
        fidelity = words(
            "people.district_fidelity",
            fidelity=percent(district.fidelity),
            reported=percent(district.reported_fidelity),
        )
        return capital(
            words(
                "people.district_joined",
                date=self._date(district.joined_month),
                reach=words.number(district.enrolled),
                schools=words.number(district.n_schools),
                adoption=percent(district.users / staff if staff else 0.0),
                fidelity=fidelity if district.users else "",
                coaches=words.number(district.coaches, 1),
                capacity=percent(district.capacity),
                rules=percent(district.institutionalisation),
            )
        )

    def _of_school(self, school: School) -> str:
        words, percent = self.words, self.words.percent
        since = {Enrolment.ENROLLED: school.enrolled_month, Enrolment.LEFT: school.left_month}.get(
            school.enrolment
        )
        return words(
            "people.school_state",
            state=capital(words(f"enrolment.{school.enrolment.name}")),
            since=words("people.since", date=self._date(since)) if since is not None else "",
            users=words.number(school.users),
            staff=words.number(school.staff),
            fidelity=words("people.school_fidelity", fidelity=percent(school.fidelity))
            if school.users
            else "",
            leadership=percent(school.leadership),
            community=percent(school.community),
            coaching=percent(school.coaching),
            materials=percent(school.materials),
        )

    def _dot(self, row: int) -> dict[str, Any]:
        """Return a teacher as a dot: row, school, how far, and the text for a screen reader."""
        stage = Stage(int(self.model.system.teachers["stage"][row]))
        school = int(self.model.system.schools["first_teacher"].searchsorted(row, side="right")) - 1
        name = self.words("people.teacher", id=self.model.id_of_teacher(row))
        return {
            "row": row,
            "school": school,
            "stage": stage.name,
            "says": f"{name}: {self.words(f'stage_of.{stage.name}')}",
        }

    def _table(
        self, kind: str, table: str, rows: np.ndarray, cells: Cells, state: np.ndarray, order: str, page: int
    ) -> dict[str, Any]:
        """Return a page of a table; `order` is a column, with a minus for the largest first."""
        column = order.lstrip("-")
        values = dict(cells).get(column, np.arange(len(rows)))
        sorted_rows = np.argsort(-values if order.startswith("-") else values, kind="stable")
        page = min(page, max(0, (len(rows) - 1) // ROWS))
        shown = sorted_rows[page * ROWS : (page + 1) * ROWS]
        ids = self.model.ids(table)
        return {
            "kind": kind,
            "order": order,
            "columns": [
                {"key": key, "label": self.words(f"people.column_{key}")} for key in ("id", *dict(cells))
            ],
            "rows": [
                {
                    "row": int(rows[k]),
                    "id": str(ids[int(rows[k])]),
                    "in": int(state[k]),
                    "cells": [self._cell(key, float(values[k])) for key, values in cells],
                }
                for k in shown
            ],
            **self._pages(len(rows), page),
        }

    def _cell(self, key: str, value: float) -> str:
        if not np.isfinite(value):
            return NOTHING
        return self.words.number(value) if key == "teachers" else self.words.percent(value)

    def _pages(self, n: int, page: int) -> dict[str, Any]:
        first, last = page * ROWS + 1, min(n, (page + 1) * ROWS)
        number = self.words.number
        says = self.words("people.page", first=number(first), last=number(last), all=number(n))
        return {"page": page, "pages": -(-n // ROWS), "page_says": says if n > ROWS else ""}

    def _date(self, month: int) -> str:
        return self.words.date(self._start, month)
