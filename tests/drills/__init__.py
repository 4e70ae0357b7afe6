"""Long runs that the suite does not wait for: `python3 dev.py drill NAME`. They look into the database with the product's own
models, so Django stands, with a folder and a database of this run alone, before any of them is read."""

import os
import signal
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
# So that `kill` leaves through what stops the servers.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
