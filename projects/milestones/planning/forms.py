import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from projects.milestones.models import MilestoneTemplate, TemplateStep
from projects.milestones.rules import planned_day
from projects.registry.models import Project
from yichuan_tracker.web.forms import DayField, VersionField


class NewTemplateForm(forms.Form):
    name = forms.CharField(label="项目类型", max_length=40, help_text="如：房建、线性工程、工业项目")


class TemplateForm(forms.Form):
    name = forms.CharField(label="项目类型", max_length=40)
    version = VersionField()


class StepForm(forms.Form):
    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="节点", max_length=200)
    share_pct = forms.IntegerField(label="全程的百分之几", min_value=0, max_value=100, required=False)
    months_before = forms.IntegerField(label="竣工前几个月", min_value=0, max_value=120, required=False)
    weight = forms.DecimalField(label="权重", max_digits=6, decimal_places=2, min_value=0, initial=1)
    person = forms.CharField(label="责任人", max_length=40, required=False)


StepFormSet = forms.formset_factory(StepForm, extra=4, can_delete=True, max_num=60, absolute_max=80)


def steps_of(formset: Any) -> list[dict[str, Any]]:
    """The rows that were filled in and not ticked for removal, in their order."""
    rows = [form.cleaned_data for form in formset if form.cleaned_data.get("name")]
    return [{name: row[name] for name in StepForm.base_fields} for row in rows if not row.get("DELETE")]


class ChooseTemplateForm(forms.Form):
    template = forms.ModelChoiceField(label="节点模板", queryset=MilestoneTemplate.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["template"]
        field.queryset = MilestoneTemplate.objects.all()


def steps_left_out(data: Mapping[str, Any], steps: Collection[TemplateStep]) -> list[str]:
    """The keys of ticked steps which the template no longer has, or has under another name."""
    known = {(str(step.pk), step.name) for step in steps}
    ticked = [name.removeprefix("keep_") for name in data if name.startswith("keep_")]
    return [pk for pk in ticked if (pk, data.get(f"name_{pk}")) not in known]


class PlanForm(forms.Form):
    """The steps of a template with the days that follow from the project's plan; each may be changed or left out."""

    def __init__(self, data: Any, project: Project, steps: list[TemplateStep]) -> None:
        left_out = steps_left_out(data or {}, steps)
        # "主体封顶 2023-09-30". A day that was typed for one is not made another's: the row under its new name is not ticked.
        self.left_out = [f"{data.get(f'name_{pk}', '')} {data.get(f'due_{pk}', '')}".strip() for pk in left_out]
        unticked = {f"keep_{pk}" for pk in left_out}
        super().__init__({name: value for name, value in data.items() if name not in unticked} if data else data)
        self.steps = steps
        start, end = project.planned_start_on, project.planned_end_on
        for step in steps:
            places = {"share_pct": step.share_pct, "months_before": step.months_before}
            day = planned_day(start, end, **places) if start and end else None
            self.fields[f"keep_{step.pk}"] = forms.BooleanField(label=step.name, required=False, initial=True)
            self.fields[f"due_{step.pk}"] = DayField(label=f"{step.name}计划完成日", required=False, initial=day)

    def clean(self) -> None:
        super().clean()
        if self.left_out:
            self.add_error(
                None,
                "打开页面以后模板改过，您勾选的这些节点已不在模板里或改了名，本次一个也没有生成："
                f"{'；'.join(self.left_out)}。改了名仍要的，请核对日期后重新勾选；已不在的，请在项目的“节点”一栏单独添加；其余的请再点一次生成。",
            )
        for step in self.steps:
            missing = self.cleaned_data.get(f"keep_{step.pk}") and not self.cleaned_data.get(f"due_{step.pk}")
            if missing and f"due_{step.pk}" not in self.errors:
                self.add_error(f"due_{step.pk}", "请填计划完成日，或不勾选这个节点。")

    def lines(self) -> list[tuple[TemplateStep, forms.BoundField, forms.BoundField]]:
        return [(step, self[f"keep_{step.pk}"], self[f"due_{step.pk}"]) for step in self.steps]

    def rows(self) -> list[tuple[TemplateStep, datetime.date]]:
        data = self.cleaned_data
        return [(step, data[f"due_{step.pk}"]) for step in self.steps if data[f"keep_{step.pk}"]]
