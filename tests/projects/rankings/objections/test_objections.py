import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from leaders.audit.rules import Conflict
from projects.progress.models import MonthReport
from projects.rankings.actions import compute_trial, publish_run, release_run
from projects.rankings.models import Objection, RankingRow, RankingRun
from projects.rankings.objections.actions import answer_objection, object_to, open_window, withdraw_objection
from projects.rankings.objections.queries import last_day_for
from projects.rankings.queries import digest_of
from tests.projects.rankings.county import JUNE
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(days=10)


@pytest.fixture
def run(county) -> RankingRun:
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    return open_window(run, TODAY, by=county.zhao, at=AT, version=run.version)


def answer(raised: Objection, by, *, accepted: bool = False, at=AT, text: str = "台账上是20日完成") -> Objection:
    return answer_objection(raised, accepted=accepted, answer=text, by=by, at=at, version=raised.version)


def publish(run: RankingRun, by, *, at=LATER) -> RankingRun:
    run = RankingRun.objects.get(pk=run.pk)
    return publish_run(run, by=by, at=at, version=run.version)


def test_a_unit_comments_on_its_own_rows_and_on_nobody_elses(county, run):
    raised = object_to(run, county.road, text="节点3已按期完成", by=county.li, at=AT)
    assert (raised.unit, raised.subject) == (county.li.unit, county.road.name)
    assert object_to(run, None, text="单位", by=county.li, at=AT).subject == f"{county.li.unit}的名次和得分"
    for person, project in ((county.li, county.dam), (county.sun, county.road), (county.zhao, county.road)):
        with pytest.raises(PermissionDenied):
            object_to(run, project, text="不对", by=person, at=AT)


def test_nothing_is_raised_without_words_before_the_opening_or_after_the_last_day(county, run):
    with pytest.raises(ValidationError, match="哪一项不对"):
        object_to(run, county.road, text="  ", by=county.li, at=AT)
    with pytest.raises(ValidationError, match="已经截止"):
        object_to(run, county.road, text="不对", by=county.li, at=AT + datetime.timedelta(days=1))
    RankingRun.objects.update(objections_until=None)
    with pytest.raises(PermissionDenied):
        object_to(run, county.road, text="不对", by=county.li, at=AT)


def test_the_schemes_working_days_say_how_long_the_window_is_open(county, run):
    friday = datetime.date(2023, 7, 7)
    assert last_day_for(run, friday) == datetime.date(2023, 7, 12)
    run.frozen["scheme"]["objection_days"] = 5
    assert last_day_for(run, friday) == datetime.date(2023, 7, 14)


def test_what_is_open_or_unanswered_is_not_published(county, run):
    raised = object_to(run, county.road, text="不对", by=county.li, at=AT)
    with pytest.raises(ValidationError, match="截止之后才能发布"):
        publish(run, county.zhao, at=AT)
    with pytest.raises(ValidationError, match="还有 1 条单位意见没有答复"):
        publish(run, county.zhao)
    answer(raised, county.zhao)
    assert publish(run, county.zhao).state == "published"


def test_what_was_accepted_is_computed_again_before_it_is_published(county, run):
    raised = object_to(run, county.road, text="当月完成应为1000", by=county.li, at=AT)
    answer(raised, county.zhao, accepted=True, at=AT + datetime.timedelta(hours=1))
    with pytest.raises(ValidationError, match="还没有重新试算"):
        publish(run, county.zhao)
    MonthReport.objects.filter(project=county.road, month=JUNE).update(done_wan=1000)
    again = compute_trial(JUNE, by=county.zhao, at=AT + datetime.timedelta(hours=2))
    assert again.pk == run.pk
    assert list(again.objections.all()) == [raised]
    publish(again, county.zhao)


def test_comments_and_answers_are_frozen_under_the_checksum(county, run):
    raised = object_to(run, county.road, text="节点3已按期完成", by=county.li, at=AT)
    gone = object_to(run, county.road, text="提错了", by=county.li, at=AT)
    withdraw_objection(gone, by=county.li, at=AT, version=gone.version)
    answer(raised, county.zhao)
    run = publish(run, county.zhao)
    run = release_run(run, by=county.zhou, at=LATER, version=run.version)
    assert [(one["text"], one["verdict"], one["answer"]) for one in run.frozen["objections"]] == [
        ("节点3已按期完成", "refused", "台账上是20日完成")
    ]
    assert digest_of(run) == run.sha256
    run.frozen["objections"][0]["answer"] = "改过"
    assert digest_of(run) != run.sha256


def test_publishing_does_not_whitewash_what_was_touched_behind_the_program(county, run):
    RankingRow.objects.filter(run=run).update(note="改过")
    run = publish(run, county.zhao)
    with pytest.raises(ValidationError, match="校验值不一致"):
        release_run(run, by=county.zhou, at=LATER, version=run.version)


def test_an_answer_has_words_and_is_given_once_by_the_office(county, run):
    raised = object_to(run, county.road, text="不对", by=county.li, at=AT)
    with pytest.raises(PermissionDenied):
        answer(raised, county.li)
    with pytest.raises(ValidationError, match="请写明答复"):
        answer(raised, county.zhao, text=" ")
    with pytest.raises(Conflict):
        answer_objection(raised, accepted=True, answer="改", by=county.zhao, at=AT, version=raised.version + 1)
    answer(raised, county.zhao)
    with pytest.raises(ValidationError, match="未采纳"):
        answer(raised, county.zhou)
    with pytest.raises(ValidationError, match="未采纳"):
        withdraw_objection(raised, by=county.li, at=AT, version=raised.version)


# ---- pages ------------------------------------------------------------------------------------------------------


def test_a_unit_reads_its_own_rows_of_the_trial_and_no_others(client, county, run):
    client.force_login(county.li)
    page = client.get(reverse("objection-list", args=[run.pk])).text
    assert county.road.name in page
    assert county.dam.name not in page
    assert '<td class="num">88.03</td>' in page
    assert client.get(reverse("ranking-project", args=[run.pk, county.road.pk])).status_code == 200
    assert client.get(reverse("ranking-project", args=[run.pk, county.dam.pk])).status_code == 404
    assert county.road.name not in client.get(reverse("ranking-month", args=["2023-06"])).text


def test_from_the_home_page_to_the_comment_and_from_there_to_the_answer(client, county, run):
    client.force_login(county.li)
    assert reverse("objection-list", args=[run.pk]) in client.get(reverse("home")).text
    sent = client.post(reverse("objection-create", args=[run.pk, county.road.pk]), {"text": "节点3已按期完成"})
    assert sent.status_code == 302
    client.force_login(county.zhao)
    assert sent.url in client.get(reverse("home")).text
    raised = Objection.objects.get()
    client.post(sent.url, {"answer": "已更正", "verdict": "accepted", "version": raised.version})
    client.force_login(county.li)
    assert "已更正" in client.get(sent.url).text
    client.force_login(county.wang)
    assert client.get(sent.url).status_code == 404
