"""Every page, and a visit logged with the network cut, in a browser of the reader's own choice: an old kernel, say.

`python3 dev.py drill kernels BINARY …`, each a Chromium of 69 or newer that runs without a window. None comes with the
repository: npm has those of the packages chrome-aws-lambda (5.3.1 is Chromium 86) and @sparticuz/chromium (109), packed
with brotli. On the machine's own name there is a secure context and so a service worker, on any other name there is none.
"""

import os
import sys
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[1] / "e2e" / "kernels.py"


def main() -> int:
    """Exit 1 when a page complains or the visit does not arrive."""
    os.environ["TRACKER_KERNELS"] = os.pathsep.join(sys.argv[1:])
    return pytest.main([str(PAGES), "-q", "-s", "--tb=short"])


if __name__ == "__main__":
    raise SystemExit(main())
