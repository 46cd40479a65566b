"""What a modeller would use instead: other tools on the shared workload, beside our model, which does more a month."""

import importlib.util

from .peers import mesa_frames, mesa_style, ndlib_style, numba_plain, numpy_scipy, starsim_style
from .peers.workload import Workload
from .racing import Runner, Section, nanoseconds, race
from .test_sweep import HEADING, MONTHS, settled

TEACHERS = 10_000
PEERS = (mesa_style, mesa_frames, numpy_scipy, numba_plain, ndlib_style, starsim_style)


def missing(peer) -> list[str]:
    """Return what a peer needs and is not installed."""
    return [name for name in peer.NEEDS if importlib.util.find_spec(name) is None]


def test_other_tools(benchmark, hand_in):
    workload, run = Workload.make(TEACHERS, seed=1), settled(TEACHERS)
    n = len(run.system.teachers)
    rivals = []
    for peer in PEERS:
        if not missing(peer):
            live = peer.prepare(workload, 1)
            live(1)
            about = (peer.__doc__ or "").splitlines()[0].rstrip(".")
            rivals.append(Runner(peer.NAME, lambda live=live: live(MONTHS), TEACHERS * MONTHS, about))
    results = race(
        benchmark, Runner("our kernels", lambda: run.run_for(MONTHS), n * MONTHS, "our whole model"), rivals
    )
    hand_in(
        Section(
            "Other tools",
            f"A much lighter model (one adoption hazard, one drop-out hazard, two relaxations, 8 ties) of {TEACHERS:,} teachers in the tools that one would "
            "use instead, beside our whole model: ratios are a lower bound. `benchmarks/test_agreement.py` shows that the first four simulate the same.",
            HEADING,
            nanoseconds(results),
            skipped=[
                f"{peer.NAME} ({', '.join(missing(peer))} cannot be imported)"
                for peer in PEERS
                if missing(peer)
            ],
        )
    )
