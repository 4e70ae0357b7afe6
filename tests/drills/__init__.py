"""Long runs that the suite does not wait for: `python3 dev.py drill NAME`."""
