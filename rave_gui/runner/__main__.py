"""``python -m rave_gui.runner DIR``."""

from __future__ import annotations

import sys

from rave_gui.runner.start import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
