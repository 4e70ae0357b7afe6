"""All projects beside all procedures, for the office; and each department's own column as a queue."""
