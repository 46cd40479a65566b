"""Trials: what studies found, as data, beside what the model gives for the same arms.

`load_trials()` reads the trials of the package (`evidence/trials/`), `run_trial` runs one and compares, `run_trials` runs several and shares the
arms that they have in common. `load_portfolio()` reads the stated portfolio of programmes that T38 draws from, `run_portfolio` says what becomes of them.
"""

from .fates import run_portfolio, shares_of
from .portfolio import Portfolio, load_portfolio
from .result import Compared, Result, as_table
from .run import run_trial, run_trials
from .trial import Found, Trial, find_trial, load_trials, trial_names

__all__ = [
    "Compared",
    "Found",
    "Portfolio",
    "Result",
    "Trial",
    "as_table",
    "find_trial",
    "load_portfolio",
    "load_trials",
    "run_portfolio",
    "run_trial",
    "run_trials",
    "shares_of",
    "trial_names",
]
