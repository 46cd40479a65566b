"""Which file tells the story of which study?"""

from __future__ import annotations

from . import burden, champions, data, design, equity, freedom, money, participation, scale

STORIES = {
    "burden-and-community": burden.finding,
    "freedom-and-core": freedom.finding,
    "patient-money": money.finding,
    "losing-champions": champions.finding,
    "design-for-scale": scale.finding,
    "data-from-the-start": data.finding,
    "participatory-design": participation.finding,
    "design-or-execution": design.finding,
    "who-gets-it": equity.finding,
}
