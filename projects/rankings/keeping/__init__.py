"""Boards and who is compared on them: kept on a page by the project office, each membership with its days."""
