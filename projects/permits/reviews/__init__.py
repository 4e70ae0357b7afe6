"""联审会: several projects before several departments, opinions by a date, a result that moves procedures (decision 0016)."""
