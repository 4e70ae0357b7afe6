"""Versions of the scheme: drafted on a page, tried on a month that was computed, put in force by another account."""
