import logging
import re

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere/", 404, "没有找到这个页面"),
        ("/missing/", 404, "这份月报已被撤回。"),
        ("/refused/", 403, "本月已关账，请联系重点办。"),
    ],
)
def test_what_went_wrong_is_said_in_chinese_with_its_status(site, client, path, status, words):
    client.force_login(site.li)
    response = client.get(path)
    assert response.status_code == status
    assert words in response.content.decode()


def test_the_404_page_is_ours_also_where_debug_is_on(site, client, settings):
    settings.DEBUG = True
    client.force_login(site.li)
    assert "没有找到这个页面" in client.get("/nowhere/").content.decode()


def test_an_error_of_the_programme_gets_a_number_that_stands_in_the_log(site, client, caplog):
    client.force_login(site.li)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="yichuan_tracker"):
        response = client.get("/broken/")
    number = re.search(r"事件编号：<strong>([\w-]+)", response.content.decode())[1]
    assert response.status_code == 500
    assert number in caplog.text
    assert "RuntimeError: wrong" in caplog.text


@pytest.fixture
def strict(site):
    client = Client(enforce_csrf_checks=True)
    client.force_login(site.zhao)
    return client


TYPED = {"name": "县交通运输局（改名中）", "kind": "department", "version": "1"}


def test_a_form_that_expired_keeps_what_was_typed_and_can_be_sent_again(strict, site):
    page = strict.post(f"/units/{site.traffic.pk}/", TYPED, headers={"Origin": "http://testserver"})
    text = page.content.decode()
    assert page.status_code == 403
    assert "表单已过期" in text
    assert '<input type="hidden" name="name" value="县交通运输局（改名中）">' in text
    assert f'action="/units/{site.traffic.pk}/"' in text


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Referer": "http://evil.example/"}]
)
def test_a_form_from_elsewhere_is_not_handed_a_token(strict, site, headers):
    text = strict.post(f"/units/{site.traffic.pk}/", TYPED, headers=headers).content.decode()
    assert "改名中" not in text


def test_a_typed_password_is_never_sent_back(strict):
    page = strict.post(
        "/sign-in/", {"username": "zhao", "password": "Geheim-7788"}, headers={"Origin": "http://testserver"}
    )
    assert page.status_code == 403
    assert "Geheim" not in page.content.decode()


def test_an_upload_of_too_many_fields_is_a_400_in_chinese(site, client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    client.force_login(site.zhao)
    response = client.post(f"/units/{site.traffic.pk}/", {f"f{number}": "1" for number in range(9)})
    assert response.status_code == 400
    assert "一次提交的内容太多" in response.content.decode()


def test_what_was_kept_really_goes_through_the_second_time(strict, site):
    page = strict.post(f"/units/{site.traffic.pk}/", TYPED, headers={"Origin": "http://testserver"}).content.decode()
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.split('<form method="post"')[-1])
    )
    assert strict.post(f"/units/{site.traffic.pk}/", fields).status_code == 302
    site.traffic.refresh_from_db()
    assert site.traffic.name == TYPED["name"]
