"""What a modeller would use instead: other tools on the shared workload, beside our model, which does more a month."""

import pytest

from .peers import LESS_WORK, SAME_WORK, peer, skipped, workload
from .racing import Runner, Section, nanoseconds, race
from .test_sweep import HEADING, MONTHS, settled

TEACHERS = 10_000


@pytest.mark.filterwarnings("ignore")
def test_other_tools(benchmark, hand_in):
    same, run = workload.make(TEACHERS, seed=1), settled(TEACHERS)
    n = len(run.system.teachers)
    rivals, left_out = [], []
    for module in map(peer, SAME_WORK + LESS_WORK):
        if said := skipped(module.NAME, module.NEEDS):
            left_out.append(said.removeprefix("skipped: "))
            continue
        live = module.prepare(same, 1)
        live(1)
        about = (module.__doc__ or "").splitlines()[0].rstrip(".")
        rivals.append(Runner(module.NAME, lambda live=live: live(MONTHS), TEACHERS * MONTHS, about))
    ours = Runner("our kernels", lambda: run.run_for(MONTHS), n * MONTHS, "our whole model")
    hand_in(
        Section(
            "Other tools",
            f"A much lighter model of {TEACHERS:,} teachers (one hazard to adopt, one to drop out, two relaxations, 8 ties; `benchmarks/peers/workload.py`) in the "
            "tools that one would use instead, beside our whole model, which does far more in a month. `benchmarks/test_peers.py` shows that the first four live "
            "the same months. mesa-frames is run with a newer NumPy than it asks for.",
            HEADING,
            nanoseconds(race(benchmark, ours, rivals)),
            skipped=left_out,
        )
    )
