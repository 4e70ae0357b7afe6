import pytest

from leaders.groups.queries import known_groups, nearest_groups
from leaders.groups.rules import loose_group
from leaders.models import WorkingGroup


@pytest.mark.parametrize(
    ("written", "loose"),
    [
        ("产业发展工作指挥部", "产业发展指挥部"),
        ("伊川县文旅文创专项工作专班", "文旅文创专班"),
        ("县教育 专班", "教育专班"),
        ("四部四专班", "四部四专班"),
        ("项目办", "项目办"),
    ],
)
def test_the_word_work_makes_no_other_group(written, loose):
    assert loose_group(written) == loose


def test_a_group_is_found_by_its_name_and_loosely(world):
    command = WorkingGroup.objects.create(name="产业发展工作指挥部")
    known = known_groups()
    assert known["交通专项工作专班"] == world.group
    assert known["产业发展指挥部"] == command
    assert known.get("教育专班") is None
    assert nearest_groups("产业发展工作指挥") == [command]
