from typing import Any

from django import forms

from projects.permits.models import Permit, PermitType
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class PermitForm(RecordForm):
    change_reason = forms.CharField(
        label="修改理由", max_length=500, required=False, help_text="跳过中间环节（如补录）时必填"
    )

    class Meta:
        model = Permit
        fields = ("state", "due_on", "obtained_on", "document_number", "valid_until", "owed_until", "reason")
        formfield_callback = field_for
        help_texts = {
            "due_on": "不填则按计划开工推算，计划开工调整时随着移动；填了的不再移动，清空即恢复",
            "owed_until": "容缺预审：所欠材料的补齐期限",
            "valid_until": "长期有效的不填",
            "reason": "不需要办理的，写明依据",
        }


class AddPermitsForm(forms.Form):
    permit_types = forms.ModelMultipleChoiceField(
        label="需要办理的手续", queryset=PermitType.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, types: Any) -> None:
        super().__init__(data)
        self.fields["permit_types"].queryset = types  # type: ignore[attr-defined]
