"""Two people edit one project: the second sees both versions and loses nothing."""


def test_the_second_of_two_editors_sees_both_versions_and_the_own_text(world, open_page):
    first, second = open_page(world.zhao), open_page(world.zhou)
    for page in (first, second):
        page.goto(f"/registry/projects/{world.road.pk}/edit/")
    first.get_by_label("备注").fill("赵写的备注")
    first.get_by_role("button", name="保存").click()
    first.wait_for_url(f"**/projects/{world.road.pk}/**")

    second.get_by_label("备注").fill("周写的备注")
    second.get_by_label("详细地点").fill("吕店村东")
    with second.expect_navigation() as arrival:
        second.get_by_role("button", name="保存").click()
    assert arrival.value.status == 409
    second.get_by_role("heading", name="有人先改过了").wait_for()
    shown = second.get_by_role("main").inner_text()
    for words in ("赵写的备注", "周写的备注", "吕店村东"):
        assert words in shown
    world.road.refresh_from_db()
    assert world.road.remark == "赵写的备注"

    second.get_by_label("仍按我填的：周写的备注").check()
    second.get_by_role("button", name="按上面的选择保存").click()
    second.wait_for_url(f"**/projects/{world.road.pk}/**")
    world.road.refresh_from_db()
    assert (world.road.remark, world.road.location) == ("周写的备注", "吕店村东")
