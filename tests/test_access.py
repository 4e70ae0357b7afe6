"""Who may open what: every URL × every role × own and other project × GET and POST.

A URL that is not in the table fails the build. “Allowed” means that the page does not refuse the person; what it does with
the input is the slice's own test.
"""

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_table import ANYONE, PUBLIC, TABLE, Line

pytestmark = pytest.mark.django_db

REFUSED = {403, 404}


def named_patterns(resolver: URLResolver) -> list[str]:
    names = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            names += named_patterns(pattern)
        elif isinstance(pattern, URLPattern):
            names.append(pattern.name or str(pattern.pattern))
    return names


def test_every_url_stands_in_the_table():
    urls = set(named_patterns(get_resolver()))
    table = {line.url for line in TABLE} | set(PUBLIC)
    assert urls - table == set(), "new URLs: say in tests/access_table.py who may open them"
    assert table - urls == set(), "the table names URLs that are gone"


@pytest.fixture
def places(world):
    from tests.access_table import make_places

    return make_places(world)


@pytest.mark.parametrize("line", TABLE, ids=[f"{line.method} {line.url} {line.note}".strip() for line in TABLE])
def test_only_those_named_may_open_it(line: Line, world, places, client, django_assert_max_num_queries):
    url = reverse(line.url, kwargs=line.kwargs(places))
    anonymous = client.generic(line.method, url)
    assert anonymous.status_code == 302
    assert anonymous.url.startswith(reverse(settings.LOGIN_URL))

    allowed = set(world.people) if line.allowed is ANYONE else set(line.allowed)
    for name, person in world.people.items():
        client.force_login(person)
        response = client.get(url) if line.method == "GET" else client.post(url, line.data)
        refused = response.status_code in REFUSED
        assert response.status_code < 500, f"{name}: {response.status_code}"
        assert refused == (name not in allowed), f"{name}: {response.status_code}"
