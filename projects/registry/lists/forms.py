from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from projects.registry.models import Membership, ProjectList
from projects.registry.rules import ListKind
from yichuan_tracker.web.forms import DayField, MonthField, field_for
from yichuan_tracker.web.record_form import RecordForm


class ListForm(RecordForm):
    class Meta:
        model = ProjectList
        fields: ClassVar = ["name", "year", "kind", "batch", "key"]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 2000 <= year <= 2199:
            raise ValidationError("年度应为 2000 到 2199 之间的四位数字。")
        return year


class JoinForm(forms.Form):
    """Projects ticked in the list of projects join a list."""

    project_list = forms.ModelChoiceField(label="列入哪份清单", queryset=ProjectList.objects.none())
    section = forms.CharField(label="所在章节", max_length=80, required=False, help_text="如：一、续建项目；可不填")
    joined_on = DayField(label="列入日期")
    valid_until = DayField(label="有效期至", required=False, help_text="只有四保白名单才填；没有定期限的不填")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["project_list"]
        field.queryset = ProjectList.objects.active()


class ChangesForm(forms.Form):
    """Which month and list to look at."""

    month = MonthField(label="月份")
    project_list = forms.ModelChoiceField(
        label="清单", queryset=ProjectList.objects.none(), required=False, empty_label="全部清单"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["project_list"]
        field.queryset = ProjectList.objects.active()


class MembershipForm(RecordForm):
    class Meta:
        model = Membership
        fields: ClassVar = ["serial", "position", "section", "stage", "batch", "joined_on", "valid_until"]
        formfield_callback = field_for
        help_texts: ClassVar = {
            "valid_until": "到了这一天还没有延续的，次日起不再在册；到期前 30 天在重点办的待办里提醒。已经到期的不在这里改，请重新列入",
            "position": "清单按它排序",
            "stage": "三个一批清单才填：签约、开工或投产",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.project_list.kind != ListKind.WHITELIST:
            del self.fields["valid_until"]
