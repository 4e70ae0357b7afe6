from typing import Any, ClassVar

from django import forms

from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.registry.lists.actions import Registration
from projects.registry.models import Project, ProjectList, Sector
from projects.registry.queries import project_named
from projects.registry.rules import DATED_FIELDS, YearLabel, free_states
from yichuan_tracker.web.forms import DayField, LookupField, VersionField, WanField, field_for
from yichuan_tracker.web.record_form import RecordForm


class LeaderChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Leader) -> str:
        return f"{obj.name}（{obj.post}）" if obj.post else obj.name


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
    parent = LookupField(
        project_named,
        label="所属打包项目",
        required=False,
        help_text="打包项目的子项目才填：上级项目的名称、代码或拼音首字母",
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
                "signed_on",
                "actual_start_on",
                "actual_end_on",
                "production_on",
            ],
        ),
        ("标识与备注", ["is_provincial_key", "is_city_key", "is_invited", "remark", "reason"]),
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
            "signed_on",
            "actual_start_on",
            "actual_end_on",
            "production_on",
            "is_provincial_key",
            "is_city_key",
            "is_invited",
            "remark",
        ]
        formfield_callback = field_for
        help_texts: ClassVar = {
            "planned_start_on": "只知道月份时填当月最后一天",
            "planned_end_on": "只知道月份时填当月最后一天",
            "planned_text": "清单上怎么写就怎么填，如 2023.03-2024.12",
            "is_invited": "“三个一批”的入库规模按招商项目的看",
            "signed_on": "正式签约之日，“三个一批”看板用",
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
        ("标识与备注", ["is_provincial_key", "is_city_key", "is_invited", "remark"]),
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


class SectorSizeForm(SectorForm):
    class Meta(SectorForm.Meta):
        fields: ClassVar = ["name", "entry_wan", "invited_entry_wan"]
        formfield_callback = field_for
        help_texts: ClassVar = {
            "entry_wan": "“三个一批”里低于这个总投资的项目会提示；不填不提示",
            "invited_entry_wan": "勾选了“招商项目”的按这个数；不填与上面相同",
        }


class AssignLeaderForm(forms.Form):
    leader = LeaderChoiceField(label="分包领导", queryset=Leader.objects.none())
    starts_on = DayField(label="自何日起", help_text="原来的分包领导到前一天为止")
    reason = forms.CharField(label="理由", max_length=500, required=False, help_text="如分工调整文件的文号")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["leader"]
        field.queryset = leaders_in_office()
