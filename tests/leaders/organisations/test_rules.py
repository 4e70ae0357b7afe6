import pytest

from leaders.organisations.rules import loose_name


@pytest.mark.parametrize(
    ("written", "loose"),
    [
        ("县水利局", "水利局"),
        ("伊川县水利局", "水利局"),
        ("水 利\n局", "水利局"),
        ("白沙镇人民政府", "白沙镇"),
        ("伊川县白沙镇", "白沙镇"),
        ("城关街道办事处", "城关街道"),
        ("县委政法委", "县委政法委"),
        ("伊川县人民政府", "人民政府"),
        ("县重点项目建设办公室", "重点项目建设办公室"),
        ("人民政府", "人民政府"),
    ],
)
def test_prefix_of_the_county_and_suffix_of_the_government_are_left_out(written, loose):
    assert loose_name(written) == loose
