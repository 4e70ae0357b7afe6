"""The layout keeps its promises: see docs/decisions/0001. Imports between slices are checked by import-linter."""

import ast
import inspect
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(settings.BASE_DIR)
BANNED_NAMES = {"utils", "helpers", "common", "services", "misc"}


def slices() -> list[Path]:
    return sorted(
        folder
        for app in ("leaders", "projects")
        for folder in (ROOT / app).iterdir()
        if folder.is_dir() and folder.name not in {"migrations", "management", "__pycache__"}
    )


@pytest.mark.parametrize("app", ["leaders", "projects"])
def test_the_index_of_an_app_names_every_table_of_its_slices(app):
    index = __import__(f"{app}.models", fromlist=["__all__"])
    written = {
        node.name
        for file in (ROOT / app).glob("*/**/models.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }
    tables = {model.__name__ for model in apps.get_app_config(app).get_models() if not model._meta.auto_created}
    assert tables == set(index.__all__)
    assert tables <= written


def test_every_amount_says_its_unit_in_the_schema():
    for model in apps.get_models():
        if model._meta.app_label not in {"leaders", "projects"}:
            continue
        for field in model._meta.concrete_fields:
            if field.name.endswith("_wan"):
                assert field.db_comment == "万元", f"{model.__name__}.{field.name}"
                assert isinstance(field, models.DecimalField)
            assert not isinstance(field, models.FloatField), f"{model.__name__}.{field.name}: no floats"


def test_no_file_is_a_drawer_for_everything():
    python = [path for top in ("leaders", "projects", "yichuan_tracker") for path in (ROOT / top).rglob("*.py")]
    assert not [path for path in python if path.stem in BANNED_NAMES]


def test_no_file_of_code_grows_beyond_four_hundred_lines():
    code = [
        path
        for top in ("leaders", "projects", "yichuan_tracker", "templates", "static/src", "tests")
        for path in (ROOT / top).rglob("*")
        if path.suffix in {".py", ".html", ".scss", ".js"} and "migrations" not in path.parts
    ]
    long = {str(path.relative_to(ROOT)): count for path in code if (count := len(path.read_text().splitlines())) > 400}
    assert not long


def test_rules_touch_no_database():
    for folder in slices():
        file = folder / "rules.py"
        if not file.exists():
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                own = node.module.split(".")[0] in {"leaders", "projects"}
                assert not (own and node.module.endswith((".models", ".queries", ".actions"))), file


def test_the_reader_of_workbooks_needs_no_django():
    for file in (ROOT / "projects" / "imports" / "reading").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not [name for name in names if name.split(".")[0] == "django"], file


def test_no_view_is_longer_than_it_need_be():
    """Find, allow, act, answer: a view of more than 25 lines does somebody else's work."""
    long = []
    for folder in slices():
        for file in folder.glob("*views*.py"):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef):
                    length = (node.end_lineno or node.lineno) - node.lineno + 1
                    if length > 25:
                        long.append(f"{file.relative_to(ROOT)}: {node.name} {length}")
    assert not long


def test_no_template_carries_inline_script_or_style():
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for forbidden in (
            "<style",
            " style=",
            "<script>",
            " onclick=",
            " onchange=",
            " onsubmit=",
            "hx-on",
            "javascript:",
        ):
            assert forbidden not in text, f"{file.relative_to(ROOT)}: {forbidden}"


def test_every_action_names_who_did_it_and_when():
    """`by` and `at` are keywords of every function of an actions.py that people's clicks reach."""
    missing = []
    for folder in slices():
        file = folder / "actions.py"
        if not file.exists() or folder.name == "audit":
            continue
        module = __import__(f"{folder.parent.name}.{folder.name}.actions", fromlist=["*"])
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            parameters = inspect.signature(function).parameters
            if not {"by", "at"} <= parameters.keys():
                missing.append(f"{folder.name}.{name}")
    assert not missing
