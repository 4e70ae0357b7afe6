import pytest

from tests.import_contract import objection


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("projects.progress.views", "projects.progress.forms"),
        ("projects.progress.actions", "projects.registry.actions"),
        ("projects.registry.lists.views", "projects.registry.lists.actions"),
        ("projects.progress.forms", "leaders.organisations.queries"),
        ("projects.rankings.queries", "projects.rankings.scoring.scheme"),
        ("projects.management.commands.load_reference", "projects.models"),
        ("projects.models", "projects.registry.models"),
        ("projects.registry.actions", "leaders.roles"),
    ],
)
def test_a_file_may_import_downwards_and_what_another_slice_offers(importer, imported):
    assert objection(importer, imported) is None


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("projects.progress.actions", "projects.progress.forms"),
        ("projects.registry.rules", "projects.registry.models"),
        ("projects.registry.models", "projects.registry.lists.queries"),
        ("projects.progress.queries", "projects.registry.actions"),
        ("projects.progress.views", "projects.registry.forms"),
        ("projects.registry.views", "leaders.accounts.forms"),
        ("projects.dashboards.queries", "projects.rankings.scoring.scheme"),
        ("projects.registry.queries", "projects.models"),
    ],
)
def test_a_file_may_not_import_upwards_nor_what_a_slice_keeps_to_itself(importer, imported):
    assert objection(importer, imported)
