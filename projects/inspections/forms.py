import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.inspections.actions import Assignment, NewFinding
from projects.inspections.models import Inspection
from projects.inspections.pictures.intake import MAX_PHOTOS, CleanPhoto, PhotoRefusedError, take_in
from projects.problems.rules import ProblemCategory
from yichuan_tracker.web.forms import DayField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:  # noqa: ARG002 (Django's)
        return files.getlist(name) if hasattr(files, "getlist") else []


class PhotosField(forms.Field):
    """Photos, cleaned by the child process: cleans to a list of CleanPhoto."""

    widget = PhotosInput

    def clean(self, value: list[UploadedFile]) -> list[CleanPhoto]:
        files = [file for file in value or [] if file]
        if len(files) > MAX_PHOTOS:
            raise ValidationError(f"一次最多传 {MAX_PHOTOS} 张照片，现在是 {len(files)} 张；其余的可以保存后再补。")
        photos, refusals = [], []
        for file in files:
            try:
                photos.append(take_in(file.read(), str(file.name)))
            except PhotoRefusedError as refusal:
                refusals.append(str(refusal))
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
    finding_due_on = DayField(label="办理时限", required=False)
    finding_category = forms.ChoiceField(
        label="问题类别", choices=[("", "未分类"), *ProblemCategory.choices], required=False
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("assign") and not typed.get("finding", "").strip():
            self.add_error("finding", "勾选了“转为问题并交办”，请写明是什么问题。")
        if typed.get("assign") and not typed.get("finding_due_on") and "finding_due_on" not in self.errors:
            self.add_error("finding_due_on", "交办的问题要有办理时限。")
        return typed

    def findings(self) -> list[NewFinding]:
        typed = self.cleaned_data
        if not typed["finding"].strip():
            return []
        assignment = None
        if typed["assign"]:
            assignment = Assignment(typed["finding_unit"], typed["finding_due_on"], typed["finding_category"])
        return [NewFinding(typed["finding"].strip(), assignment)]


class InspectionForm(FindingFields, RecordForm):
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
        labels = {"workers": "现场人数（人）", "machines": "现场机械（台）"}
        help_texts = {
            "situation": "看到了什么：进度、存在的困难",
            "workers": "大概数即可，没有数可不填",
            "machines": "没有数可不填",
        }

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        fixed: dict[str, Any],
        instance: Inspection | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, instance=instance, initial={"client_key": uuid.uuid4()} | (initial or {}))
        # RecordForm knows no files; they are read when the form is cleaned, which is later.
        self.files = files if files is not None else self.files
        self.fixed = fixed
        for name, value in fixed.items():
            del self.fields[name]
            # The check that a visit names who went is made on the record.
            setattr(self.instance, name, value)

    def values(self) -> dict[str, Any]:
        return super().values() | self.fixed


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
