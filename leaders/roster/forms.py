from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from leaders.names import split_aliases
from leaders.roster.models import Leader
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class LeaderForm(RecordForm):
    aliases = forms.CharField(
        label="别名",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Excel 里对这位领导的其他写法（错字、曾用名），每行一个。导入时按姓名、姓名加职务、别名认人。",
    )

    class Meta:
        model = Leader
        fields = ("name", "post", "level", "unit", "phone", "position", "valid_from", "valid_to")
        formfield_callback = field_for
        help_texts: ClassVar = {
            "post": "同名的两位领导靠职务区别。",
            "unit": "责任单位领导请选所在单位；县级领导可不选。",
            "position": "名单中的先后，数小的在前。",
        }

    def __init__(self, data: Any = None, *, instance: Leader | None = None) -> None:
        aliases = [] if instance is None else [alias.name for alias in instance.aliases.all()]
        super().__init__(data, instance=instance, initial={"aliases": "\n".join(aliases)})

    def clean_aliases(self) -> list[str]:
        aliases = split_aliases(self.cleaned_data["aliases"])
        long = [alias for alias in aliases if len(alias) > 60]
        if long:
            raise ValidationError(f"别名“{long[0][:20]}…”超过 60 字，请检查是否漏了换行。")
        return aliases
