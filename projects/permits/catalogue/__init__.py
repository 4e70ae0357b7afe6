"""The catalogue of procedures, templates per kind of project, and the days by which procedures are due; kept by the office."""
