import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.inspections.actions import Assignment, NewFinding, Rechecked
from projects.inspections.models import ChecklistItem, Finding, Inspection
from projects.inspections.pictures.intake import MAX_PHOTOS, CleanPhoto, take_in_all
from projects.inspections.rules import CheckResult, RecheckResult
from projects.problems.queries import default_due_on
from projects.problems.rules import ProblemCategory
from yichuan_tracker.web.forms import DayField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:  # noqa: ARG002 (Django's signature)
        return files.getlist(name) if hasattr(files, "getlist") else []


class PhotosField(forms.Field):
    """Photos, cleaned by the child process: cleans to a list of CleanPhoto."""

    widget = PhotosInput

    def clean(self, value: list[UploadedFile]) -> list[CleanPhoto]:
        files = [file for file in value or [] if file]
        if len(files) > MAX_PHOTOS:
            raise ValidationError(f"一次最多传 {MAX_PHOTOS} 张照片，现在是 {len(files)} 张；其余的可以保存后再补。")
        photos, refusals = take_in_all((file.read(), str(file.name)) for file in files)
        if refusals:
            raise ValidationError(refusals)
        return photos


class FindingFields(forms.Form):
    """发现的问题, and what turns it into an entry of the ledger."""

    finding = forms.CharField(
        label="发现问题", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    assign = forms.BooleanField(label="转为问题并交办", required=False)
    finding_unit = forms.ModelChoiceField(
        label="交办给",
        empty_label="（不选）",
        queryset=Unit.objects.active(),
        required=False,
        help_text="不选则由项目的责任单位办理",
    )
    finding_due_on = DayField(label="办理时限", required=False, help_text="不填则从督查日期起按规定的工作日推算")
    finding_category = forms.ChoiceField(
        label="问题类别", choices=[("", "未分类"), *ProblemCategory.choices], required=False
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("assign") and not typed.get("finding", "").strip():
            self.add_error("finding", "勾选了“转为问题并交办”，请写明是什么问题。")
        visited_on = typed.get("inspected_on")
        if (
            typed.get("assign")
            and visited_on
            and not typed.get("finding_due_on")
            and "finding_due_on" not in self.errors
        ):
            typed["finding_due_on"] = default_due_on(visited_on)
        return typed

    def findings(self) -> list[NewFinding]:
        typed = self.cleaned_data
        if not typed["finding"].strip():
            return []
        assignment = None
        if typed["assign"]:
            assignment = Assignment(typed["finding_unit"], typed["finding_due_on"], typed["finding_category"])
        return [NewFinding(typed["finding"].strip(), assignment)]


class LookingAgain(forms.Form):
    """督查清单 and 复查: a choice per point and per earlier finding, all of them optional."""

    points: Sequence[ChecklistItem] = ()
    earlier: Sequence[Finding] = ()

    def ask(self, points: Sequence[ChecklistItem], earlier: Sequence[Finding], held: Inspection | None) -> None:
        """Add the fields, with what the visit answered before."""
        self.points, self.earlier = points, earlier
        answers = {one.item_id: one.result for one in held.checks.all()} if held else {}
        seen = {one.finding_id: one for one in held.rechecks.all()} if held else {}
        for point in points:
            self.fields[f"check-{point.pk}"] = _choice(point.text, CheckResult, answers.get(point.pk, ""))
        for finding in earlier:
            one = seen.get(finding.pk)
            self.fields[f"recheck-{finding.pk}"] = _choice("复查结果", RecheckResult, one.result if one else "")
            self.fields[f"recheck-{finding.pk}-note"] = forms.CharField(
                label="复查情况", max_length=200, required=False, initial=one.note if one else ""
            )

    @property
    def check_fields(self) -> list[forms.BoundField]:
        return [self[f"check-{point.pk}"] for point in self.points]

    @property
    def recheck_fields(self) -> list[tuple[Finding, forms.BoundField, forms.BoundField]]:
        return [(one, self[f"recheck-{one.pk}"], self[f"recheck-{one.pk}-note"]) for one in self.earlier]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for finding in self.earlier:
            name = f"recheck-{finding.pk}"
            if typed.get(f"{name}-note", "").strip() and not typed.get(name):
                self.add_error(name, "写了复查情况，请选复查结果。")
        return typed

    def checks(self) -> dict[int, str]:
        return {point.pk: self.cleaned_data[f"check-{point.pk}"] for point in self.points}

    def rechecks(self) -> dict[int, Rechecked]:
        typed = self.cleaned_data
        return {
            one.pk: Rechecked(typed[f"recheck-{one.pk}"], typed[f"recheck-{one.pk}-note"].strip())
            for one in self.earlier
        }


def _choice(label: str, results: type[CheckResult | RecheckResult], initial: str) -> forms.ChoiceField:
    choices = [("", "没看"), *results.choices]
    return forms.ChoiceField(label=label, choices=choices, required=False, initial=initial, widget=forms.RadioSelect)


class InspectionForm(LookingAgain, FindingFields, RecordForm):
    """A visit. Where the account says who inspects (`fixed`), nobody is asked again."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    photos = PhotosField(
        label="照片",
        required=False,
        widget=PhotosInput(attrs={"accept": "image/*"}),
        help_text="可不传。照片中的位置信息会自动去除",
    )
    leader = forms.ModelChoiceField(
        label="督查领导", empty_label="（不选）", queryset=Leader.objects.active(), required=False
    )
    unit = forms.ModelChoiceField(
        label="督查单位", empty_label="（不选）", queryset=Unit.objects.active(), required=False
    )
    group = forms.ModelChoiceField(
        label="以指挥部（专班）名义", empty_label="（不选）", queryset=WorkingGroup.objects.active(), required=False
    )

    class Meta:
        model = Inspection
        fields = ("inspected_on", "leader", "unit", "group", "situation", "workers", "machines", "people")
        formfield_callback = field_for
        widgets = {"situation": forms.Textarea(attrs={"rows": 3})}
        labels = {"workers": "现场人数（人，大概数）", "machines": "现场机械（台）"}
        help_texts = {"situation": "看到了什么：进度、存在的困难"}

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        fixed: dict[str, Any],
        points: Sequence[ChecklistItem] = (),
        earlier: Sequence[Finding] = (),
        instance: Inspection | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, instance=instance, initial={"client_key": uuid.uuid4()} | (initial or {}))
        # RecordForm knows no files; they are read when the form is cleaned, which is later.
        self.files = files if files is not None else self.files
        self.ask(points, earlier, instance)
        self.fixed = fixed
        for name, value in fixed.items():
            del self.fields[name]
            # The check that a visit names who went is made on the record.
            setattr(self.instance, name, value)

    def values(self) -> dict[str, Any]:
        return super().values() | self.fixed

    def parts(self) -> dict[str, Any]:
        """What hangs on the visit."""
        return {
            "findings": self.findings(),
            "checks": self.checks(),
            "rechecks": self.rechecks(),
            "photos": self.cleaned_data["photos"],
        }


class AssignForm(forms.Form):
    unit = forms.ModelChoiceField(
        label="交办给",
        empty_label="（不选）",
        queryset=Unit.objects.active(),
        required=False,
        help_text="不选则由项目的责任单位办理",
    )
    due_on = DayField(label="办理时限")
    category = forms.ChoiceField(label="问题类别", choices=[("", "未分类"), *ProblemCategory.choices], required=False)
    version = VersionField()


class PhotosForm(forms.Form):
    photos = PhotosField(
        label="照片",
        widget=PhotosInput(attrs={"accept": "image/*"}),
        help_text="照片中的位置信息会自动去除；同一张传两次只留一张",
    )

    def clean_photos(self) -> list[CleanPhoto]:
        photos: list[CleanPhoto] = self.cleaned_data["photos"]
        if not photos:
            raise ValidationError("请先选择照片。")
        return photos


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500, required=False)
    version = VersionField()
