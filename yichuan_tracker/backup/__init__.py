"""A backup: everything that people entered and uploaded in one file, and back (decision 0019)."""
