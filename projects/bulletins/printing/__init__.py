"""Paper to files: the same Paper and the same libraries give the same bytes."""
