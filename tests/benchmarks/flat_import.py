"""The peers of the importer: django-import-export as one would tune it, writing one flat table, or the same six as we do."""

import datetime
import re
from pathlib import Path
from typing import Any

from import_export import fields, resources, widgets
from import_export.formats.base_formats import XLSX
from import_export.instance_loaders import CachedInstanceLoader

from leaders.models import Leader, Unit
from projects.models import Membership, Project, ProjectList, Responsibility, Sector, YearPlan
from projects.registry.rules import ListKind, ResponsibilityRole, YearLabel, name_key
from tests.benchmarks.models import FlatProject
from yichuan_tracker.months import last_day

MONTH = re.compile(r"(\d{4})年(\d{1,2})月")
YEAR = 2023


class CachedForeignKey(widgets.ForeignKeyWidget):
    """Finds a record by its name in a dictionary that is read once per import."""

    known: dict[str, Any] | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if self.known is None:
            self.known = {record.name: record for record in self.model.objects.all()}
        return self.known[value] if value else None


class MonthWidget(widgets.Widget):
    """2022年3月 as the month's last day."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> datetime.date | None:
        found = MONTH.match(str(value or ""))
        return last_day(datetime.date(int(found[1]), int(found[2]), 1)) if found else None


class Tuned:
    instance_loader_class = CachedInstanceLoader
    use_bulk = True
    use_transactions = True
    batch_size = 1000
    skip_diff = True
    skip_html_diff = True
    store_row_values = False


class FlatProjectResource(resources.ModelResource):
    number = fields.Field("number", "项目编号")
    name = fields.Field("name", "项目名称")
    nature = fields.Field("nature", "建设性质")
    content = fields.Field("content", "建设内容")
    total_wan = fields.Field("total_wan", "总投资", widget=widgets.DecimalWidget())
    plan_wan = fields.Field("plan_wan", "今年计划投资", widget=widgets.DecimalWidget())
    planned_start_on = fields.Field("planned_start_on", "计划开工时间", widget=MonthWidget())
    planned_end_on = fields.Field("planned_end_on", "计划竣工时间", widget=MonthWidget())
    leader = fields.Field("leader", "包联领导", widget=CachedForeignKey(Leader, "name"))
    unit = fields.Field("unit", "责任单位", widget=CachedForeignKey(Unit, "name"))
    serving_unit = fields.Field("serving_unit", "服务单位", widget=CachedForeignKey(Unit, "name"))
    sector = fields.Field("sector", "项目类型", widget=CachedForeignKey(Sector, "name"))

    class Meta(Tuned):
        model = FlatProject
        import_id_fields = ("number",)


def import_flat(path: Path) -> int:
    """Preview (dry run), then the real thing, as its pages do, except that the file is parsed once only. Returns rows."""
    dataset = XLSX().create_dataset(path.read_bytes())
    preview = FlatProjectResource().import_data(dataset, dry_run=True)
    assert not preview.has_errors(), preview.row_errors()[:1]
    FlatProjectResource().import_data(dataset, dry_run=False, raise_errors=True)
    return FlatProject.objects.count()


# ---- the same tables as ours --------------------------------------------------------------------------------------


class ProjectResource(resources.ModelResource):
    name = fields.Field("name", "项目名称")
    content = fields.Field("content", "建设内容")
    total_wan = fields.Field("total_wan", "总投资", widget=widgets.DecimalWidget())
    planned_start_on = fields.Field("planned_start_on", "计划开工时间", widget=MonthWidget())
    planned_end_on = fields.Field("planned_end_on", "计划竣工时间", widget=MonthWidget())
    sector = fields.Field("sector", "项目类型", widget=CachedForeignKey(Sector, "name"))

    class Meta(Tuned):
        model = Project
        import_id_fields = ("name",)
        fields = ("name", "content", "total_wan", "planned_start_on", "planned_end_on", "sector")

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.name_key = name_key(instance.name)


def resources_below(project_list: ProjectList) -> list[resources.ModelResource]:
    """One resource per table that hangs on the project. They look up nothing but the names: always new records."""
    first = datetime.date(YEAR, 1, 1)
    labels = {label: value for value, label in YearLabel.choices}

    class Below(resources.ModelResource):
        given: dict[str, Any]
        project = fields.Field("project", "项目名称", widget=CachedForeignKey(Project, "name"))

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            for name, value in self.given.items():
                setattr(instance, name, value)

    class MembershipResource(Below):
        given = {"project_list": project_list, "joined_on": first}
        serial = fields.Field("serial", "项目编号")

        class Meta(Tuned):
            model, fields, force_init_instance = Membership, ("project", "serial"), True
            import_id_fields = ("project",)

    class YearPlanResource(Below):
        given = {"year": YEAR}
        plan_wan = fields.Field("plan_wan", "今年计划投资", widget=widgets.DecimalWidget())

        class Meta(Tuned):
            model, fields, force_init_instance = YearPlan, ("project", "plan_wan"), True
            import_id_fields = ("project",)

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            super().before_save_instance(instance, row, **kwargs)
            instance.label = labels.get(row["建设性质"], "")

    def duty(duty_role: str, column: str, attribute: str, model: Any) -> type[Below]:
        class DutyResource(Below):
            given = {"role": duty_role, "starts_on": first}
            holder = fields.Field(attribute, column, widget=CachedForeignKey(model, "name"))

            class Meta(Tuned):
                model, fields, force_init_instance = Responsibility, ("project", "holder"), True
                import_id_fields = ("project",)

        return DutyResource

    return [
        kind()
        for kind in (
            MembershipResource,
            YearPlanResource,
            duty(ResponsibilityRole.LEADER, "包联领导", "leader", Leader),
            duty(ResponsibilityRole.LEAD_UNIT, "责任单位", "unit", Unit),
            duty(ResponsibilityRole.SUPPORTING_UNIT, "服务单位", "unit", Unit),
        )
    ]


def import_tables(path: Path) -> int:
    """As import_flat; only the projects have a preview, since what hangs on them finds nothing in a dry run."""
    dataset = XLSX().create_dataset(path.read_bytes())
    preview = ProjectResource().import_data(dataset, dry_run=True)
    assert not preview.has_errors(), preview.row_errors()[:1]
    ProjectResource().import_data(dataset, dry_run=False, raise_errors=True)
    project_list = ProjectList.objects.create(key="bench", name="对照清单", year=YEAR, kind=ListKind.COUNTY_KEY)
    for resource in resources_below(project_list):
        resource.import_data(dataset, dry_run=False, raise_errors=True)
    assert Responsibility.objects.count() == 3 * len(dataset), Responsibility.objects.count()
    assert Membership.objects.count() == YearPlan.objects.count() == len(dataset)
    return Project.objects.count()
