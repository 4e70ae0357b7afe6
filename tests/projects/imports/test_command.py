"""`manage.py import_projects` as scripts use it: one JSON object, three exit codes, nothing half-written."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from projects.models import ImportBatch, Project, ProjectList
from tests.projects.imports.conftest import DAM, KEY, ROAD

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, dict]:
    """Exit code and the object printed."""
    out = io.StringIO()
    code = 0
    try:
        call_command("import_projects", *map(str, arguments), "--json", stdout=out)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue())


def test_one_object_is_printed_with_everything_that_was_read(county):
    code, document = run(KEY, "--list", "2023-key", "--year", "2023")
    assert code == 0
    assert document["file"] == KEY.name
    assert len(document["sha256"]) == 64
    assert document["applied"]
    assert document["batch"] == ImportBatch.objects.get().pk
    counts = {"create": 141, "update": 0, "same": 0, "park": 0, "missing": 0}
    assert {name: document["counts"][name] for name in counts} == counts
    sheet = document["sheets"][0]
    assert sheet["stated"]["total_wan"] == sheet["read"]["total_wan"] == "7585100.00"
    row = sheet["rows"][0]
    assert (row["row"], row["action"], row["values"]["name"]) == (9, "create", "吕店镇县道改建工程")


def test_a_dry_run_reads_and_writes_nothing(county):
    code, document = run(KEY, "--list", "2023-key", "--year", "2023", "--dry-run")
    assert (code, document["applied"], document["batch"]) == (0, False, None)
    assert document["counts"]["create"] == 141
    assert Project.objects.count() == ImportBatch.objects.count() == ProjectList.objects.count() == 0


def test_an_open_question_ends_with_one_and_prints_the_rows_all_the_same(office, workbook, tmp_path):
    path = workbook([1, "吕店镇县道改建项目", *ROAD[2:]], DAM)
    code, document = run(path, "--list", "2023-key", "--year", "2023")
    assert (code, document["applied"]) == (1, False)
    assert [row["action"] for row in document["sheets"][0]["rows"]] == ["ask", "same"]
    asked = next(problem for problem in document["problems"] if problem["level"] == "question")
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({asked["id"]: "new"}), encoding="utf-8")
    code, document = run(path, "--list", "2023-key", "--year", "2023", "--answers", answers)
    assert (code, document["applied"], document["counts"]["create"]) == (0, True, 1)


def test_the_list_may_be_named_by_its_name(office, workbook):
    code, document = run(workbook(ROAD, DAM), "--list", office.key_list.name, "--year", "2023")
    assert (code, document["counts"]["same"]) == (0, 2)
    assert ProjectList.objects.count() == 1


def test_a_file_that_cannot_be_read_ends_with_one(office, tmp_path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"not a workbook at all")
    code, document = run(path, "--list", "2023-key", "--year", "2023")
    assert (code, document["applied"]) == (1, False)
    assert document["problems"][0]["level"] == "error"
    assert document["problems"][0]["cure"]


@pytest.mark.parametrize(
    "arguments",
    [("nowhere.xlsx", "--list", "a", "--year", "2023"), (KEY, "--list", "a", "--year", "99999")],
    ids=["no such file", "no such year"],
)
def test_a_wrong_call_ends_with_two(county, arguments):
    with pytest.raises(CommandError) as refused:
        call_command("import_projects", *map(str, arguments))
    assert refused.value.returncode == 2


def test_answers_that_are_no_json_end_with_two(county, tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("import_projects", str(KEY), "--list", "a", "--year", "2023", "--answers", str(answers))
    assert refused.value.returncode == 2


def test_only_the_chosen_sheet_is_read(office, workbook):
    code, document = run(workbook(ROAD, DAM), "--list", "2023-key", "--year", "2023", "--sheet", "没有这张")
    assert code == 1
    assert "没有这张" in document["problems"][0]["message"]


def test_people_read_sentences_instead_of_json(office, workbook):
    out = io.StringIO()
    call_command("import_projects", str(workbook(ROAD, DAM)), "--list", "2023-key", "--year", "2023", stdout=out)
    assert "没有变化 2" in out.getvalue()
