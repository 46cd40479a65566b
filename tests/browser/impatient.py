"""The page as served, but idle sessions give their place back after eight seconds."""

import sys

from ml_abm.cli import main
from ml_abm.viz import door
from ml_abm.viz.places import Places

if __name__ == "__main__":
    places = Places(2, idle=8.0)
    door.places = lambda: places
    sys.exit(main(["view", "base", "--no-open", "--port", "0"]))
