"""What a file would change: rows as read, laid beside what is known. Nothing here writes."""
