"""五项保障 from Excel: entries, deals and signings by upload, review, confirm and undo; the same file again changes nothing."""

import datetime
from decimal import Decimal

import openpyxl
import pytest

from leaders.audit.models import HistoryEntry
from projects.guarantees.actions import set_target
from projects.guarantees.banks.actions import create_bank_meeting
from projects.imports import undoing
from projects.models import BankMeeting, Deal, FundingSource, GuaranteeEntry, ImportBatch
from tests.projects.imports.conftest import rows_in, take
from tests.projects.imports.test_views import confirm, page, send, zhao  # noqa: F401
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
ROAD, DAM = "吕店镇县道改建工程", "鸣皋镇城乡供水一体化建设项目"
ENTRIES = [
    ["2023年盘活用地登记表"],
    ["序号", "指标", "完成时间", "数量（亩）", "涉及项目", "依据"],
    [1, "盘活闲置低效用地", "2023.5.12", "120.5亩", ROAD, "伊自然资〔2023〕5号"],
    [2, "盘活闲置低效用地", "2023年6月1日", 80, None, "收回协议"],
    [3, "盘活闲置低效用地", "2023年6月9日", 10, None, None],
    [4, "没有的指标", "2023年6月9日", 10, None, "批复"],
    [5, "盘活闲置低效用地", "2023年6月10日", "3万亩", None, "批复"],
    [6, "盘活闲置低效用地", "2023年6月10日", "2，3", None, "批复"],
    [7, "盘活闲置低效用地", "2023年6月10日", "，", None, "批复"],
]
DEALS = [
    ["序号", "对接会名称", "项目名称", "银行", "达成金额（万元）", "备注"],
    [1, "第1次政银企对接会", ROAD, "演示银行甲支行", 800, None],
    [2, "第1次政银企对接会", DAM, "演示银行乙支行", None, "只推介"],
    [3, "没有开过的会", DAM, "演示银行乙支行", 5, None],
    [4, "第1次政银企对接会", DAM, None, 300, None],
    [5, "第1次政银企对接会", DAM, "演示银行丙支行", -5, None],
]
SIGNINGS = [
    ["项目名称", "签约日期", "是否招商项目"],
    [ROAD, "2023年4月6日", "是"],
    [DAM, "2023年12月1日", "否"],
    [ROAD, "2023-05-01", None],
]


@pytest.fixture
def guarantees(office, tmp_path):
    target = {"year": 2023, "guarantee": "land", "name": "盘活闲置低效用地", "measure": "亩", "amount": 5000}
    set_target(target, by=office.zhao, at=AT)
    create_bank_meeting({"held_on": TODAY, "name": "第1次政银企对接会"}, by=office.zhao, at=AT)
    book = openpyxl.Workbook()
    for sheet, rows in (
        (book.active, ENTRIES),
        (book.create_sheet("对接"), DEALS),
        (book.create_sheet("签约"), SIGNINGS),
    ):
        for row in rows:
            sheet.append(row)
    path = tmp_path / "保障.xlsx"
    book.save(path)
    return path


def standing():
    return (
        list(GuaranteeEntry.objects.order_by("done_on").values_list("done_on", "amount", "project__name", "evidence")),
        list(Deal.objects.order_by("pk").values_list("project__name", "bank", "agreed_wan", "source__planned_wan")),
    )


def test_what_was_delivered_is_looked_at_confirmed_told_and_taken_back(zhao, office, guarantees):  # noqa: F811
    assert send(zhao, guarantees, what="guarantees").status_code == 302
    batch = ImportBatch.objects.get()
    assert (batch.counts["create"], batch.counts["update"], batch.counts["park"]) == (4, 1, 10)
    review = page(zhao, "import-review", batch.pk)
    for words in (
        "没有写依据",
        "没有叫“没有的指标”的指标",
        "没有找到这一行说的银企对接会",
        "“3万亩”不是大于 0 的数量",
        "写明是哪家银行",
        "晚于今天",
        "出现两次",
    ):
        assert words in review, words
    confirm(zhao, batch)
    entries, deals = standing()
    assert entries == [
        (datetime.date(2023, 5, 12), Decimal("120.50"), ROAD, "伊自然资〔2023〕5号"),
        (datetime.date(2023, 6, 1), Decimal("80.00"), None, "收回协议"),
    ]
    assert deals == [
        (ROAD, "演示银行甲支行", Decimal("800.00"), Decimal("800.00")),
        (DAM, "演示银行乙支行", None, None),
    ]
    office.road.refresh_from_db()
    assert (office.road.signed_on, office.road.is_invited) == (datetime.date(2023, 4, 6), True)
    told = HistoryEntry.objects.filter(object_type="guaranteeentry").earliest("pk")
    assert (told.batch_id, told.origin["amount"]["cell"]) == (batch.pk, "D3")

    batch.refresh_from_db()
    undoing.undo_batch(batch, by=office.zhao, at=AT, reason="试")
    assert standing() == ([], [])
    assert not FundingSource.objects.exists()
    office.road.refresh_from_db()
    assert (office.road.signed_on, office.road.is_invited) == (None, False)


def test_the_same_file_again_changes_nothing_and_another_sum_is_left_to_a_person(office, guarantees, tmp_path):
    take(guarantees, None, kind="guarantees", by=office.zhao)
    before = standing()
    again = take(guarantees, None, kind="guarantees", by=office.zhao)
    assert {row["action"] for row in rows_in(again)} == {"same", "park"}
    book = openpyxl.load_workbook(guarantees)
    book["对接"]["E2"] = 900
    book.save(tmp_path / "改.xlsx")
    dearer = take(tmp_path / "改.xlsx", None, kind="guarantees", by=office.zhao)
    assert any("已登记“演示银行甲支行”达成 800.00 万元" in said["message"] for said in dearer["problems"])
    assert standing() == before
    assert BankMeeting.objects.count() == 1


def test_two_rows_that_say_the_same_are_asked_about_and_counted_twice_when_they_are_two(office, guarantees, tmp_path):
    book = openpyxl.load_workbook(guarantees)
    book.worksheets[0].append([8, "盘活闲置低效用地", "2023年6月1日", 80, None, "收回协议"])
    book.save(tmp_path / "两笔.xlsx")
    asked = take(tmp_path / "两笔.xlsx", None, kind="guarantees", by=office.zhao)
    assert [said["value"] for said in asked["problems"] if said["level"] == "question"] == ["收回协议"]
    take(tmp_path / "两笔.xlsx", None, kind="guarantees", by=office.zhao, answers={"*": "new"})
    assert GuaranteeEntry.objects.filter(amount=80).count() == 2
    again = take(tmp_path / "两笔.xlsx", None, kind="guarantees", by=office.zhao)
    assert {row["action"] for row in rows_in(again)} == {"same", "park"}


def test_a_unit_in_the_heading_is_heeded_and_a_second_deal_of_the_same_sum_is_told(office, guarantees, tmp_path):
    book = openpyxl.load_workbook(guarantees)
    entries, deals = book.worksheets[0], book["对接"]
    entries["D2"] = "数量（万亩）"
    entries["D3"] = "80.126亩"
    deals.append([6, *DEALS[1][1:]])
    book.save(tmp_path / "万亩.xlsx")
    told = take(tmp_path / "万亩.xlsx", None, kind="guarantees", by=office.zhao)
    said = {problem["cell"]: problem["message"] for problem in told["problems"]}
    assert "按 80.13 亩登记" in said["D3"]
    assert "表头写的单位是“万亩”" in said["D4"]
    assert "与第 2 行是同一场对接会" in said["E7"]
    assert list(GuaranteeEntry.objects.values_list("amount", flat=True)) == [Decimal("80.13")]
    assert Deal.objects.filter(bank="演示银行甲支行").count() == 1


def test_each_sheet_counts_in_the_unit_of_its_own_heading(office, guarantees, tmp_path):
    target = {"year": 2023, "guarantee": "land", "name": "走访企业", "measure": "家", "amount": 100}
    set_target(target, by=office.zhao, at=AT)
    book = openpyxl.load_workbook(guarantees)
    for unit, amount in (("家", 12), ("累计", 13), ("座", 14)):
        sheet = book.create_sheet(unit)
        sheet.append([*ENTRIES[1][:3], f"数量（{unit}）", *ENTRIES[1][4:]])
        sheet.append([1, "走访企业", "2023年6月2日", amount, None, "走访记录"])
    book.save(tmp_path / "两种单位.xlsx")
    told = take(tmp_path / "两种单位.xlsx", None, kind="guarantees", by=office.zhao)
    assert sorted(GuaranteeEntry.objects.values_list("amount", flat=True)) == [12, 13, 80, Decimal("120.5")]
    assert [said["sheet"] for said in told["problems"] if "表头写的单位是“座”" in said["message"]] == ["座"]
