import datetime
from typing import Any

from django import forms

from leaders.organisations.models import Unit
from projects.milestones.models import Milestone
from projects.problems.models import Problem
from projects.registry.models import Membership, Project
from projects.requests.actions import Asked
from projects.requests.rules import (
    DAY_LABELS,
    EVIDENCE_HINTS,
    EXPLAINED,
    WISH_LABELS,
    ChangedColour,
    LightPart,
    ReasonCode,
    RequestKind,
)
from yichuan_tracker import clock
from yichuan_tracker.web.forms import DayField, EvidenceField, VersionField


class AskForm(forms.Form):
    """What one kind of request asks for; fields that it has no use for are left out."""

    light = forms.ChoiceField(label="哪个灯", choices=[("", "请选择"), *LightPart.choices])
    colour = forms.ChoiceField(
        label="改成",
        choices=[("", "请选择"), *ChangedColour.choices],
        help_text="算出的灯照样显示在旁边；批准的人不能是申请人",
    )
    proposed_on = DayField(label="新的日期")
    resume_on = DayField(label="计划复工日期", help_text="批准的停工到这一天为止，之后仍未复工的按未经批准停工计")
    unit = forms.ModelChoiceField(label="应由谁办理", queryset=Unit.objects.active(), empty_label="请选择")
    reason_code = forms.ChoiceField(label="原因", choices=[("", "请选择"), *ReasonCode.choices])
    reason = forms.CharField(
        label="情况说明",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="为什么、到了哪一步、怎么赶",
    )
    evidence = forms.CharField(
        label="依据", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="现场情况、文件或验收文号等",
    )  # fmt: skip
    file = EvidenceField(label="附件", required=False, help_text="可不传；PDF、图片、Word、Excel，20 MB 以内")

    def __init__(self, kind: RequestKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["proposed_on"].label = DAY_LABELS.get(kind) or WISH_LABELS.get(kind, "新的日期")
        if kind == RequestKind.START:
            self.fields["proposed_on"].help_text = "正式打桩或主体工程施工之日；平整场地不算开工"
        if kind in EVIDENCE_HINTS:
            self.fields["evidence"].help_text = f"{EVIDENCE_HINTS[kind]}；写在这里，或在下面传附件，至少要有一样"
            self.fields["file"].help_text = "依据已写明的可不传；PDF、图片、Word、Excel，20 MB 以内"
        if kind != RequestKind.STOP:
            del self.fields["resume_on"]
        if kind == RequestKind.CHANGE_LIGHT:
            self.fields["proposed_on"].required = False
            self.fields["proposed_on"].help_text = "到期自动恢复；不再改的不用填"
            self.fields["reason"].help_text = "为什么算出的灯不合实际"
        else:
            del self.fields["light"], self.fields["colour"]
        if kind == RequestKind.HAND_OVER_PROBLEM:
            del self.fields["proposed_on"], self.fields["reason_code"]
        elif kind == RequestKind.CHANGE_LIGHT:
            del self.fields["unit"], self.fields["reason_code"]
        else:
            del self.fields["unit"]
            if kind not in EXPLAINED:
                del self.fields["reason_code"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_change = data.get("colour") not in (None, ChangedColour.RESTORED)
        if is_change and not data.get("proposed_on") and "proposed_on" not in self.errors:
            self.add_error("proposed_on", "请填写有效期：改灯要有期限，到期自动恢复算出的灯。")
        is_shown = data.get("evidence") or data.get("file") or self.errors.keys() & {"evidence", "file"}
        if self.kind in EVIDENCE_HINTS and not is_shown:
            hint = EVIDENCE_HINTS[self.kind]
            self.add_error("evidence", f"{self.kind.label}要有依据：请写明{hint}，或者上传附件。")
        return data

    def asked(self, about: Project | Milestone | Membership | Problem) -> Asked:
        """What was typed; where no date is asked for it counts from today."""
        day: datetime.date = self.cleaned_data.get("proposed_on") or clock.today()
        given = {name: value for name, value in self.cleaned_data.items() if value and name != "proposed_on"}
        return Asked(self.kind, about, day, **given)


class DecideForm(forms.Form):
    note = forms.CharField(
        label="审批意见",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不批准的必填，申请人看得到",
    )
    version = VersionField()
