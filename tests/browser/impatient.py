"""The page as served, but with two places, which are given back after seconds: those that no one touches, and those of killed windows."""

import sys

from ml_abm.cli import main
from ml_abm.viz import admission as door
from ml_abm.viz.places import Places

if __name__ == "__main__":
    idle, gone = map(float, sys.argv[1:])
    places = Places(2, idle, gone)
    door.places = lambda: places
    sys.exit(main(["view", "base", "--no-open", "--port", "0"]))
