"""`python -m ml_abm` is `ml-abm`."""

import sys

from .cli import main

sys.exit(main())
