import pytest
from django.core.cache import cache
from django.urls import clear_url_caches

from yichuan_tracker.web import navigation

TEMPLATES = {
    "tests/project_list.html": """{% extends "base.html" %}{% block title %}项目{% endblock %}{% block heading %}项目{% endblock %}
        {% block content %}{% include "components/_listing.html" %}{% endblock %}""",
    "tests/unit_edit.html": """{% extends "base.html" %}{% block title %}单位{% endblock %}{% block heading %}修改单位{% endblock %}
        {% block content %}{% include "components/_form.html" with form=form cancel_url="/" draft="unit" %}{% endblock %}""",
}


@pytest.fixture
def site(settings, world):
    """The tiny site of pages.py in place of the product's, with its own templates."""
    engine = settings.TEMPLATES[0]
    options = {key: value for key, value in engine["OPTIONS"].items() if key != "loaders"}
    options["loaders"] = [
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = [engine | {"APP_DIRS": False, "OPTIONS": options}]
    settings.ROOT_URLCONF = "tests.yichuan_tracker.web.pages"
    clear_url_caches()
    navigation.links_for.cache_clear()
    navigation.navigation_for.cache_clear()
    yield world
    cache.clear()
    clear_url_caches()
    navigation.links_for.cache_clear()
    navigation.navigation_for.cache_clear()
