import datetime

from django.urls import reverse

from projects.models import FilingException, Period


def test_from_the_closed_report_to_the_open_one(world, client):
    """The clerk asks on the refusing page, the head of the office grants, the clerk files."""
    client.force_login(world.li)
    report = reverse("report-fill", args=[world.road.pk, "2023-06"])
    closed = client.get(report).content.decode()
    assert "2023年7月3日终了时自动关账" in closed
    ask = f"{reverse('exception-ask')}?month=2023-06&project={world.road.pk}"
    assert ask.replace("&", "&amp;") in closed
    june = Period.objects.get(month=datetime.date(2023, 6, 1))
    assert f'value="{june.pk}" selected' in client.get(ask).content.decode()
    typed = {"period": june.pk, "project": world.road.pk, "expires_on": "2023-07-06", "reason": "停电两天"}
    refused = client.post(ask, typed | {"expires_on": "2023-07-01"})
    assert refused.status_code == 422
    assert "停电两天" in refused.content.decode()
    assert client.post(ask, typed).status_code == 302
    exception = FilingException.objects.get()
    assert (exception.unit, exception.project, exception.requester) == (world.traffic, world.road, world.li)

    client.force_login(world.zhou)
    decide = reverse("exception-decide", args=[exception.pk])
    without_reason = client.post(decide, {"verdict": "refused", "note": "", "version": 1})
    assert without_reason.status_code == 422
    assert client.post(decide, {"verdict": "approved", "note": "", "version": 1}).status_code == 302
    assert client.post(decide, {"verdict": "approved", "note": "", "version": 1}).status_code == 422

    client.force_login(world.li)
    assert "单独开放至2023年7月6日" in client.get(report).content.decode()


def test_a_reporter_asks_for_no_project_of_another_unit(world, client):
    client.force_login(world.li)
    june = Period.objects.get(month=datetime.date(2023, 6, 1))
    typed = {"period": june.pk, "project": world.dam.pk, "expires_on": "2023-07-06", "reason": "停电"}
    assert client.post(reverse("exception-ask"), typed).status_code == 422
    assert not FilingException.objects.exists()
