from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.registry.lists.actions import Registration
from projects.registry.models import Project, ProjectList, Sector
from projects.registry.rules import DATED_FIELDS, YearLabel, free_states, name_key
from yichuan_tracker.web.forms import DayField, VersionField, WanField, field_for
from yichuan_tracker.web.record_form import RecordForm


class LeaderChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Leader) -> str:
        return f"{obj.name}（{obj.post}）" if obj.post else obj.name


class ProjectNameField(forms.CharField):
    """A project typed by its whole name; cleans to the project, since a select of all of them would fill the page."""

    def clean(self, value: Any) -> Project | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(Project.objects.active().filter(name_key=name_key(text))[:2])
        if len(found) != 1:
            why = "没有找到这个名称的项目" if not found else "有不止一个项目叫这个名称"
            raise ValidationError(f"{why}：“{text}”。请填写项目库中的完整名称。")
        return found[0]


def leaders_in_office() -> Any:
    return Leader.objects.active().order_by("position", "name")


class ReasonForm(forms.Form):
    """Why something is archived or taken back."""

    reason = forms.CharField(label="理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    version = VersionField()


UNDECIDED = "未定"


class ProjectForm(RecordForm):
    # Hidden until there is a project of the same name to be different from.
    is_different = forms.BooleanField(label="确为不同项目", required=False, widget=forms.HiddenInput)
    parent = ProjectNameField(
        label="所属打包项目", required=False, help_text="打包项目的子项目才填：上级项目的完整名称"
    )
    reason = forms.CharField(label="修改理由", max_length=500, required=False, help_text="选填；写入修改历史")

    fieldsets: ClassVar = [
        (
            "基本情况",
            ["name", "is_different", "sector", "nature", "owner", "township", "location", "content", "parent"],
        ),
        ("投资", ["total_wan", "government_wan", "private_wan"]),
        (
            "状态与时间",
            [
                "state",
                "planned_start_on",
                "planned_end_on",
                "planned_text",
                "actual_start_on",
                "actual_end_on",
                "production_on",
            ],
        ),
        ("标识与备注", ["is_provincial_key", "is_city_key", "whitelist_from", "whitelist_to", "remark", "reason"]),
    ]

    class Meta:
        model = Project
        fields: ClassVar = [
            "name",
            "sector",
            "nature",
            "owner",
            "township",
            "location",
            "content",
            "total_wan",
            "government_wan",
            "private_wan",
            "state",
            "planned_start_on",
            "planned_end_on",
            "planned_text",
            "actual_start_on",
            "actual_end_on",
            "production_on",
            "is_provincial_key",
            "is_city_key",
            "whitelist_from",
            "whitelist_to",
            "remark",
        ]
        formfield_callback = field_for
        help_texts: ClassVar = {
            "planned_start_on": "只知道月份时填当月最后一天",
            "planned_end_on": "只知道月份时填当月最后一天",
            "planned_text": "清单上怎么写就怎么填，如 2023.03-2024.12",
            "actual_start_on": "正式打桩或主体工程施工之日；平整场地不算开工",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.parent:
            self.initial["parent"] = self.instance.parent.name
        self.fields["name"].widget.attrs["data-long"] = "1"
        if self.data.get("is_different"):
            self._ask_whether_different()
        if self.instance.pk:
            self._leave_what_needs_a_request()
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label:
                field.empty_label = UNDECIDED
            elif isinstance(field, forms.TypedChoiceField) and not field.required:
                choices: Any = field.choices
                field.choices = [("", UNDECIDED), *list(choices)[1:]]

    def _leave_what_needs_a_request(self) -> None:
        """Of a project that stands: its actual dates, planned ones once given, states with evidence (projects.requests)."""
        for name in DATED_FIELDS[1:]:
            if not name.startswith("planned") or getattr(self.instance, name):
                del self.fields[name]
        state: Any = self.fields["state"]
        state.choices = [(one.value, one.label) for one in free_states(self.instance.state)]
        state.help_text = "开工、竣工、投产、停工、终止和计划日期的调整，在项目页“变更”里提申请"

    def add_error(self, field: str | None, error: Any) -> None:
        if field == "is_different":
            self._ask_whether_different()
        super().add_error(field, error)

    def _ask_whether_different(self) -> None:
        self.fields["is_different"].widget = forms.CheckboxInput()

    def values(self) -> dict[str, Any]:
        return {**super().values(), "parent": self.cleaned_data["parent"]}


class NewProjectForm(ProjectForm):
    """What the office knows when a project is registered, in one go: the project, its plan and who answers for it."""

    project_list = forms.ModelChoiceField(
        label="列入清单", queryset=ProjectList.objects.none(), required=False, empty_label="暂不列入"
    )
    label = forms.ChoiceField(label="年度类别", choices=[("", "未定"), *YearLabel.choices], required=False)
    year = forms.IntegerField(label="计划年度", min_value=2000, max_value=2199)
    plan_wan = WanField(label="年度计划投资", min_value=0, required=False)
    unit = forms.ModelChoiceField(label="责任（牵头）单位", queryset=Unit.objects.none(), required=False)
    leader = LeaderChoiceField(label="分包领导", queryset=Leader.objects.none(), required=False)
    code = forms.CharField(label="项目代码", max_length=40, required=False, help_text="投资项目统一代码，没有可不填")
    starts_on = DayField(label="责任起始日")

    fieldsets: ClassVar = [
        *ProjectForm.fieldsets[:3],
        (
            "清单、计划与责任",
            ["project_list", "year", "label", "plan_wan", "unit", "leader", "starts_on", "code"],
        ),
        ("标识与备注", ["is_provincial_key", "is_city_key", "whitelist_from", "whitelist_to", "remark"]),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]  # nothing is changed yet
        choices: dict[str, Any] = {
            "project_list": ProjectList.objects.active(),
            "unit": Unit.objects.active(),
            "leader": leaders_in_office(),
        }
        for name, queryset in choices.items():
            field: Any = self.fields[name]
            field.queryset = queryset

    def registration(self) -> Registration:
        data = self.cleaned_data
        return Registration(
            values=self.values(),
            is_different=data["is_different"],
            code=data["code"],
            year=data["year"],
            label=data["label"],
            plan_wan=data["plan_wan"],
            project_list=data["project_list"],
            unit=data["unit"],
            leader=data["leader"],
            starts_on=data["starts_on"],
        )


class SectorForm(RecordForm):
    class Meta:
        model = Sector
        fields: ClassVar = ["name"]


class AssignLeaderForm(forms.Form):
    leader = LeaderChoiceField(label="分包领导", queryset=Leader.objects.none())
    starts_on = DayField(label="自何日起", help_text="原来的分包领导到前一天为止")
    reason = forms.CharField(label="理由", max_length=500, required=False, help_text="如分工调整文件的文号")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["leader"]
        field.queryset = leaders_in_office()
