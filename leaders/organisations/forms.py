from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from leaders.names import split_aliases
from leaders.organisations.models import Township, Unit
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class UnitForm(RecordForm):
    aliases = forms.CharField(
        label="别名",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Excel 里对这个单位的其他写法，每行一个，如“县发改委”。导入时按名称、简称、别名认单位。",
    )

    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "valid_from", "valid_to")
        formfield_callback = field_for
        help_texts: ClassVar = {
            "name": "全称，如“县发展和改革委员会”。",
            "short_name": "表格和图中用的短名称，可不填。",
        }

    def __init__(self, data: Any = None, *, instance: Unit | None = None) -> None:
        aliases = [] if instance is None else [alias.name for alias in instance.aliases.all()]
        super().__init__(data, instance=instance, initial={"aliases": "\n".join(aliases)})

    def clean_aliases(self) -> list[str]:
        aliases = split_aliases(self.cleaned_data["aliases"])
        long = [alias for alias in aliases if len(alias) > 100]
        if long:
            raise ValidationError(f"别名“{long[0][:20]}…”超过 100 字，请检查是否漏了换行。")
        return aliases


class TownshipForm(RecordForm):
    class Meta:
        model = Township
        fields = ("name", "unit")
        error_messages: ClassVar = {
            "name": {"unique": "已有同名的乡镇（街道）。"},
            "unit": {"unique": "这个单位已是另一个乡镇（街道）的政府（办事处）。"},
        }
