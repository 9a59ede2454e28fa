"""`python -m projections.verifier FILE`"""

import sys

from .command import main

sys.exit(main())
