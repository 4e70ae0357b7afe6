"""Who may open what: every URL × every role × own and other project × GET and POST.

A URL that is not in the table fails the build, and so does a method that the table does not name and the URL still answers.
“Allowed” means that the page does not refuse the person; what it does with the input is the slice's own test.
"""

import re
from functools import cache
from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.access_lines import ANYONE, Line
from tests.access_places import make_places
from tests.access_table import PUBLIC, TABLE
from tests.world import make_world

# Who may open what is decided in Python; that every page opens on the second database is for tests/test_query_counts.py.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

REFUSED = {403, 404}

LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"?#]*)')


def links_in(response) -> set[str]:
    """The pages to which this page leads."""
    return (
        set(LINK.findall(response.text)) if response.headers.get("Content-Type", "").startswith("text/html") else set()
    )


@cache
def leads_to(link: str) -> str:
    return resolve(link).url_name or ""


def named_patterns(resolver: URLResolver) -> list[str]:
    names = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            names += named_patterns(pattern)
        elif isinstance(pattern, URLPattern):
            names.append(pattern.name or str(pattern.pattern))
    return names


# {url: who may open one of its pages at least}
ALLOWED = {
    url: frozenset().union(*(line.allowed for line in TABLE if (line.url, line.method) == (url, "GET")))
    for url in {line.url for line in TABLE}
}


def test_every_url_stands_in_the_table():
    urls = set(named_patterns(get_resolver()))
    table = {line.url for line in TABLE} | set(PUBLIC)
    assert urls - table == set(), "new URLs: say in tests/access_table.py who may open them"
    assert table - urls == set(), "the table names URLs that are gone"


@pytest.fixture(scope="module")
def places(once):
    return make_places(make_world())


@pytest.fixture(scope="module")
def sessions(places):
    """{person: the session's cookie}, once for all lines: signing in takes as long as many a page."""
    return {name: signed_in(person) for name, person in places["world"].people.items()}


def signed_in(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize("line", TABLE, ids=str)
def test_only_those_named_may_open_it(line: Line, places, sessions, client):
    url = reverse(line.url, kwargs=line.kwargs(places))
    anonymous = client.generic(line.method, url)
    assert anonymous.status_code == 302
    assert anonymous.url.startswith(reverse(settings.LOGIN_URL))

    for name, session in sessions.items():
        with transaction.atomic():  # what one person does is undone before the next comes
            client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
            response = client.get(url) if line.method == "GET" else client.post(url, line.data)
            transaction.set_rollback(True)
        assert response.status_code < 500, f"{name}: {response.status_code}"
        assert response.status_code != 405, f"{name}: the table names a method that the URL does not answer"
        refused = response.status_code in REFUSED
        assert refused == (name not in line.allowed), f"{name}: {response.status_code}"
        dead = {link for link in links_in(response) if name not in ALLOWED.get(leads_to(link), ANYONE)}
        assert not dead, f"{name} sees links to what {name} may not open: {dead}"


UNNAMED = sorted({(url, method) for url in {line.url for line in TABLE} for method in ("GET", "POST")} - {
    (line.url, line.method) for line in TABLE
})  # fmt: skip


@pytest.mark.parametrize(("url", "method"), UNNAMED)
def test_a_url_answers_no_method_that_the_table_does_not_name(url, method, places, client):
    line = next(line for line in TABLE if line.url == url)
    client.force_login(places["world"].zhao)
    response = client.generic(method, reverse(url, kwargs=line.kwargs(places)))
    assert response.status_code in {403, 404, 405}
