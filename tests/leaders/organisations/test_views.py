import pytest
from django.urls import reverse

from leaders.models import Township, Unit, UnitAlias, User
from leaders.roles import Role
from tests.world import AT, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def typed(**values) -> dict[str, str]:
    return {"name": "县林业局", "short_name": "", "kind": "department", "aliases": ""} | values


def names(client, **query) -> list[str]:
    return [row.name for row in client.get(reverse("unit-list"), query).context["listing"].records]


def test_the_office_creates_a_unit_with_aliases(office, world):
    response = office.post(reverse("unit-create"), typed(aliases="林业局\r\n县林局\r\n"))
    unit = Unit.objects.get(name="县林业局")
    assert response.url == reverse("unit-detail", args=[unit.pk])
    assert [alias.name for alias in unit.aliases.all()] == ["县林局", "林业局"]
    page = office.get(response.url).content.decode()
    assert "县林局" in page
    assert "新建" in page


def test_a_refused_unit_keeps_what_was_typed_and_says_whose_alias_it_is(office, world):
    response = office.post(reverse("unit-create"), typed(aliases="林业局\r\n县交通局"))
    page = response.content.decode()
    assert "“县交通局”已是“县交通运输局”" in page
    assert "林业局\r\n县交通局" in page or "林业局\n县交通局" in page
    assert not Unit.objects.filter(name="县林业局").exists()


def test_a_date_in_the_year_99999_is_refused_in_chinese(office, world):
    page = office.post(reverse("unit-create"), typed(valid_from="99999-01-01")).content.decode()
    assert "日期应写成" in page
    assert "99999-01-01" in page


def test_a_unit_is_edited_and_a_late_second_edit_gets_409_with_both_versions(office, world):
    url = reverse("unit-edit", args=[world.water.pk])
    assert 'name="version" value="1"' in office.get(url).content.decode()
    assert office.post(url, typed(name="县水务局", aliases="县水利局", version=1)).status_code == 302
    response = office.post(url, typed(name="县水利水电局", aliases="水电局", version=1))
    page = response.content.decode()
    assert response.status_code == 409
    assert "县水利水电局" in page
    assert "县水务局" in page
    assert "用现在的：<b>县水利局</b>" in page
    assert "仍按我填的：<b>水电局</b>" in page
    assert Unit.objects.get(pk=world.water.pk).name == "县水务局"


def test_a_unit_is_archived_restored_and_deleted_by_buttons(office, world):
    unit = Unit.objects.create(name="县林业局")
    detail = reverse("unit-detail", args=[unit.pk])
    assert office.post(reverse("unit-archive", args=[unit.pk]), {"version": 1}).url == detail
    assert "已归档" in office.get(detail).content.decode()
    assert office.post(reverse("unit-restore", args=[unit.pk]), {"version": 2}).url == detail
    assert office.post(reverse("unit-delete", args=[unit.pk])).url == reverse("unit-list")
    assert not Unit.objects.filter(pk=unit.pk).exists()


def test_a_unit_in_use_is_not_deleted_and_the_page_says_why(office, world):
    response = office.post(reverse("unit-delete", args=[world.traffic.pk]), follow=True)
    assert "不能删除；可以归档" in response.content.decode()


def test_everyone_reads_but_only_the_office_is_offered_to_edit(client, world):
    for person in world.people.values():
        client.force_login(person)
        page = client.get(reverse("unit-detail", args=[world.traffic.pk])).content.decode()
        assert (reverse("unit-edit", args=[world.traffic.pk]) in page) == (person.has_role(Role.OFFICE))
        assert (reverse("unit-create") in client.get(reverse("unit-list")).content.decode()) == (
            person.has_role(Role.OFFICE)
        )


def test_a_units_page_names_its_reporters_and_nothing_about_their_sign_ins(client, world):
    make_user("li2", "李二", Role.REPORTER, unit=world.traffic)
    User.objects.filter(pk=world.li.pk).update(last_login=AT.replace(year=2021))
    make_user("out", "离职", Role.REPORTER, unit=world.traffic, is_active=False)
    client.force_login(world.he)
    page = client.get(reverse("unit-detail", args=[world.traffic.pk])).content.decode()
    assert "李、李二" in page
    assert "离职" not in page
    assert "2021-07-05" not in page


def test_the_list_finds_by_name_alias_kind_and_state(office, world):
    UnitAlias.objects.create(unit=world.water, name="水务局")
    assert names(office, text="水务") == ["县水利局"]
    assert names(office, text="交通局") == ["县交通运输局"]
    assert names(office, kind="township") == ["吕店镇人民政府"]
    Unit.objects.filter(pk=world.land.pk).update(archived_at=AT)
    assert names(office, state="archived") == ["县自然资源局"]
    assert "县自然资源局" not in names(office, state="active")


def test_an_unknown_unit_is_404(office):
    assert office.get(reverse("unit-detail", args=[999])).status_code == 404


@pytest.mark.parametrize("name", ["unit-list", "township-list"])
def test_the_lists_take_the_same_queries_however_long_they_are(
    office, world, name, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(12) as few:
        office.get(reverse(name))
    for number in range(10):
        unit = Unit.objects.create(name=f"单位{number}")
        UnitAlias.objects.create(unit=unit, name=f"别名{number}")
        Township.objects.create(name=f"镇{number}", unit=unit)
    with django_assert_num_queries(len(few)):
        office.get(reverse(name))


def test_a_township_is_renamed(office, world):
    url = reverse("township-edit", args=[world.town.pk])
    values = {"name": "吕店街道", "unit": world.town.unit_id, "version": 1}
    assert office.post(url, values).url == reverse("township-list")
    assert Township.objects.get().name == "吕店街道"
    assert office.post(url, values | {"name": "吕店"}).status_code == 409
    assert "吕店街道" in office.get(reverse("township-list")).content.decode()


def test_the_export_has_the_rows_of_the_filter(office, world):
    response = office.get(reverse("unit-list"), {"kind": "township", "export": "xlsx"})
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
