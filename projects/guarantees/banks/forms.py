from typing import Any

from django import forms

from projects.guarantees.banks.queries import free_sources
from projects.guarantees.models import BankMeeting, Deal
from projects.registry.models import FundingSource, Project
from projects.registry.queries import project_named
from yichuan_tracker.money import format_wan
from yichuan_tracker.web.forms import LookupField, field_for
from yichuan_tracker.web.record_form import RecordForm


class BankMeetingForm(RecordForm):
    class Meta:
        model = BankMeeting
        fields = ("held_on", "name", "place", "banks", "note")
        formfield_callback = field_for
        help_texts = {"name": "如：2023年第三次政银企对接会", "banks": "用顿号分开"}


class SourceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: FundingSource) -> str:
        return f"{obj.get_kind_display()} {format_wan(obj.planned_wan)} 万元 {obj.note}"


class DealForm(RecordForm):
    """A project presented. Which funding source an agreement is, can be said once the project is known: on editing."""

    project = LookupField(project_named, label="项目", help_text="名称、代码或拼音首字母")
    source = SourceField(
        label="是哪一笔资金来源",
        queryset=FundingSource.objects.none(),
        required=False,
        empty_label="（新增一笔银行贷款）",
        help_text="项目已经登记过这笔贷款的选它；到位在项目的资金页逐笔记，这里自动合计",
    )

    class Meta:
        model = Deal
        fields = ("bank", "agreed_wan", "source", "note")
        formfield_callback = field_for
        help_texts = {"agreed_wan": "只推介、没有达成的不填"}

    field_order = ("project", "bank", "agreed_wan", "source", "note")

    def __init__(
        self, data: Any = None, *, instance: Deal | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, instance=instance, initial=initial)
        if instance is None:
            del self.fields["source"]
        else:
            del self.fields["project"]
            project: Project = instance.project
            source: Any = self.fields["source"]
            source.queryset = free_sources(project, instance)
