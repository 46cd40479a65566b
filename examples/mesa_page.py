"""Mesa's own page with our components.

Run it with ``solara run examples/mesa_page.py``; it needs ``pip install 'ml-abm[viz]' altair``. Mesa's page is a tool for developers: the page
for everybody is ``ml-abm view``.
"""

from mesa.visualization import Slider, SolaraViz

from ml_abm import SchoolSystemModel
from ml_abm.viz.mesa_page import Curves, Funnel, Map

FROM = {"scenario": "catch-up-zambia", "rng": 1, "schools": 500, "districts": 12}

page = SolaraViz(
    SchoolSystemModel(**FROM),
    components=[Map, Curves, Funnel],
    model_params={
        **FROM,
        "tool_hours": Slider("Hours given back to each user, a week", 0.5, 0, 5, 0.5),
        "coaches_per_100_schools": Slider("Coaches per 100 schools", 4, 0, 20, 1),
    },
    name="How good ideas spread in schools",
)
