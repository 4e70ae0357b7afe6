from typing import Any, ClassVar

from django import forms

from leaders.organisations.models import Unit
from projects.rankings.keeping.queries import units_for
from projects.rankings.models import Board, BoardMember
from yichuan_tracker.web.forms import DayField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class BoardForm(RecordForm):
    class Meta:
        model = Board
        fields = ("name", "key", "kind", "list_kind", "position", "is_public", "valid_from", "valid_to")
        formfield_callback = field_for
        help_texts: ClassVar = {
            "key": "网址里的代号，用小写字母，如 streets；定了以后不改。",
            "list_kind": "只算这一种清单里的项目；不选的，当年各清单的项目都算。",
            "position": "数小的在前。",
            "valid_to": "停用以后，以前月份的名次照样看得到。",
        }
        error_messages: ClassVar = {
            "name": {"unique": "已有同名的榜。"},
            "key": {"unique": "已有用这个代号的榜。"},
        }

    def __init__(self, data: Any = None, *, instance: Board | None = None) -> None:
        super().__init__(data, instance=instance)
        if instance is not None:
            del self.fields["key"], self.fields["kind"]


class AddMemberForm(forms.Form):
    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label="请选择")
    starts_on = DayField(label="从哪天起", help_text="原来在别的乡镇榜上的，到前一天为止")

    def __init__(self, board: Board, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["unit"]
        field.queryset = units_for(board)


class MemberForm(forms.Form):
    starts_on = DayField(label="起")
    ends_on = DayField(label="止", required=False, help_text="仍在榜上的不填")
    version = VersionField()

    def __init__(self, member: BoardMember, data: Any = None) -> None:
        days = {"starts_on": member.starts_on, "ends_on": member.ends_on, "version": member.version}
        super().__init__(data, initial=days)
