"""A page is opened with few and with many rows: the number of queries stays, and stays below its limit."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

LIST, PAGE = 12, 25


def assert_constant_queries(client, url, grow, *, limit):
    def count():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
        assert response.status_code == 200
        return len(captured)

    count()  # what is found out once per process
    few = count()
    grow()
    many = count()
    assert many == few, f"{url}: {few} queries with few rows, {many} with many"
    assert many <= limit
