from django import forms

from projects.registry.models import Project
from projects.registry.rules import DATED_FIELDS
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class CorrectForm(RecordForm):
    """State and dates that were entered wrongly."""

    reason = forms.CharField(
        label="更正理由",
        max_length=500,
        required=False,
        help_text="必填：原来错在哪里、依据什么更正；写入历史，所有人都看得到",
    )

    class Meta:
        model = Project
        fields = DATED_FIELDS
        formfield_callback = field_for
