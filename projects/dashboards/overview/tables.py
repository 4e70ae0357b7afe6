import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import django_tables2 as tables
from django.db.models import OrderBy, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.dashboards.overview.queries import (
    Overview,
    done_in_year,
    first_holder,
    points_in_year,
    rate_in_year,
)
from projects.progress.rules import format_points
from projects.registry.rules import Nature, ProjectState, ResponsibilityRole, YearLabel
from projects.status.rules import Light
from yichuan_tracker.money import round_half_up
from yichuan_tracker.web.cells import escaped
from yichuan_tracker.web.columns import ChoiceColumn, DayColumn, PctColumn, WanColumn, copied_shallowly
from yichuan_tracker.web.lights import light_badge

_PHONE_HIDE = {"td": {"class": "phone-hide"}}
_NUM = {"td": {"class": "num"}, "th": {"class": "num"}}


@cache
def _state_tag(state: str) -> SafeString:
    return format_html('<span class="state state-{}">{}</span>', state, ProjectState(state).label)


@copied_shallowly
class ProjectTable(tables.Table):
    """The county's projects. What a column takes to fetch is only fetched if it is shown."""

    lead_column = "name"

    serial = tables.Column("序号", accessor="place__serial", order_by="place__position", attrs=_PHONE_HIDE)
    name = tables.Column("项目名称", linkify=("project-detail", [tables.A("pk")]), order_by="pinyin")
    state = ChoiceColumn(ProjectState, "状态", visible=False)
    light = tables.Column("亮灯", orderable=False)
    label = ChoiceColumn(YearLabel, "年度类别", accessor="plan__label", attrs=_PHONE_HIDE)
    lead_units = tables.Column("责任单位")
    leaders = tables.Column("分包领导")
    total_wan = WanColumn(verbose_name="总投资（万元）", initial_sort_descending=True)
    plan = WanColumn(verbose_name="年度计划（万元）", accessor="year_plan_wan", initial_sort_descending=True)
    done_wan = WanColumn(verbose_name="本年完成（万元）", initial_sort_descending=True)
    rate = PctColumn(verbose_name="完成率")
    points = tables.Column("较序时（百分点）", attrs=_NUM)
    next_milestone = tables.Column("下一节点", accessor="next_due_on", orderable=False, visible=False)
    sector = tables.Column("产业领域", accessor="sector__name", order_by="sector", visible=False)
    groups = tables.Column("指挥部（专班）", visible=False)
    township = tables.Column("乡镇（街道）", accessor="township__name", visible=False)
    location = tables.Column("详细地点", visible=False)
    owner = tables.Column("建设单位", visible=False)
    nature = ChoiceColumn(Nature, "建设性质", visible=False)
    section = tables.Column("清单章节", accessor="place__section", orderable=False, visible=False)
    planned_start_on = DayColumn(verbose_name="计划开工", visible=False)
    planned_end_on = DayColumn(verbose_name="计划竣工", visible=False)
    actual_start_on = DayColumn(verbose_name="实际开工", visible=False)
    actual_end_on = DayColumn(verbose_name="实际竣工", visible=False)
    entered_on = DayColumn(verbose_name="入库日期", accessor="statistics_entry__entered_on", visible=False)
    done_before = WanColumn(verbose_name="上年底累计完成（万元）", accessor="plan__done_before_wan", visible=False)
    government_wan = WanColumn(verbose_name="政府投资（万元）", visible=False)
    private_wan = WanColumn(verbose_name="企业投资（万元）", visible=False)
    supporting_units = tables.Column("配合单位", orderable=False, visible=False)
    contacts = tables.Column("责任人", orderable=False, visible=False)
    codes = tables.Column("项目代码", orderable=False, visible=False)
    last_inspection = DayColumn(verbose_name="最近督查", orderable=False, visible=False)
    is_provincial_key = tables.Column("省重点", visible=False)
    is_city_key = tables.Column("市重点", visible=False)
    content = tables.Column("建设内容", orderable=False, visible=False)
    remark = tables.Column("备注", orderable=False, visible=False)

    def __init__(self, *args: Any, overview: Overview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.overview, self.scope = overview, overview.scope

    def records_of(self, rows: QuerySet[Any]) -> list[Any]:
        return self.overview.records_of(rows)

    def render_name(self, value: str, record: Any) -> SafeString:
        return SafeString(f"{escaped(value)}{_state_tag(record['state'])}")

    def value_name(self, value: str) -> str:
        return value

    def render_light(self, value: Light) -> SafeString:
        return light_badge(value)

    def value_light(self, value: Light) -> str:
        return (
            f"{value.colour.label}（改为{value.change.colour.label}：{value.change.words}）"
            if value.change
            else str(value.colour.label)
        )

    def render_points(self, value: Fraction) -> str:
        return format_points(value)

    def value_points(self, value: Fraction) -> Decimal:
        return round_half_up(value)

    def render_next_milestone(self, value: datetime.date, record: Any) -> SafeString:
        late = "（逾期）" if value < self.scope.today else ""
        return format_html('<span class="day">{}</span>{} {}', value.isoformat(), late, record["next_name"])

    def value_next_milestone(self, value: datetime.date, record: Any) -> str:
        return f"{value.isoformat()} {record['next_name']}"

    def render_is_provincial_key(self, value: bool) -> str:
        return "省重点" if value else "—"

    def render_is_city_key(self, value: bool) -> str:
        return "市重点" if value else "—"

    # Sorting by what is not in the select.

    def order_plan(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        return self._by(rows, self.scope.plan, is_descending)

    def order_done_wan(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        return self._by(rows, done_in_year(self.scope), is_descending)

    def order_rate(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        return self._by(rows, rate_in_year(self.scope), is_descending)

    def order_points(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        return self._by(rows, points_in_year(self.scope), is_descending)

    def order_lead_units(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        return self._by(rows, first_holder(ResponsibilityRole.LEAD_UNIT, "unit__name", self.scope), is_descending)

    def order_leaders(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        by_roster = first_holder(ResponsibilityRole.LEADER, "leader__position", self.scope)
        return self._by(rows, by_roster, is_descending)

    def order_groups(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        return self._by(rows, first_holder(ResponsibilityRole.GROUP, "group", self.scope), is_descending)

    @staticmethod
    def _by(rows: QuerySet[Any], expression: Any, is_descending: bool) -> tuple[QuerySet[Any], bool]:
        key = OrderBy(expression, descending=is_descending, nulls_last=True)
        return rows.order_by(key, "pk"), True
