from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from projects.rankings.models import RankingRun, Scheme
from projects.rankings.schemes.rules import Entry, Section, sections, with_values
from projects.rankings.scoring.scheme import TIE_BREAKS, scheme_faults
from projects.rankings.scoring.scheme import Scheme as SchemeRules
from projects.rankings.scoring.wording import plain
from yichuan_tracker.months import month_key, month_label
from yichuan_tracker.web.forms import MonthField, VersionField

_EMPTY = (None, "")


class DraftForm(forms.Form):
    first_month = MonthField(label="起用月份", help_text="内容照抄当月在用的一版，之后逐项修改；批准之前不起作用")


class SchemeForm(forms.Form):
    """Every number of a scheme, in its sections. Fields are made from the scheme's own shape; their names are its paths."""

    name = forms.CharField(label="名称", max_length=80)
    first_month = MonthField(label="起用月份", help_text="从这个月的考评起按这一版计算")
    version = VersionField()

    def __init__(self, scheme: Scheme, rules: SchemeRules, data: QueryDict | None = None) -> None:
        initial = {"name": scheme.name, "first_month": scheme.first_month, "version": scheme.version}
        super().__init__(data, initial=initial)
        self.saved = rules
        self.paths: dict[str, Entry] = {}
        for section in sections(rules):
            for entry in section.entries:
                self.paths[entry.path] = entry
                self.fields[entry.path] = _field(entry)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for path in self.paths:
            if path.endswith(".0") and "steps." in path and path in data:
                other = f"{path[:-1]}1"
                if other in data and (data[path] in _EMPTY) != (data[other] in _EMPTY):
                    self.add_error(path, "这一档只填了一半：两格要么都填，要么都空着。")
        if not self.errors:
            for fault in scheme_faults(self.rules()):
                self.add_error(None, f"{fault}。")
        return data

    def rules(self) -> SchemeRules:
        """The scheme as typed."""
        return with_values(self.saved, {path: self.cleaned_data[path] for path in self.paths})

    def parts(self) -> list[tuple[Section, list[forms.BoundField]]]:
        """Sections with what they say as typed (as saved while something typed is wrong), and their fields."""
        # What is typed may drop a formula; its fields stay, so that it can be taken up again.
        told = {section.title: section.rule for section in sections(self.rules())} if self.is_valid() else {}
        return [
            (Section(section.title, section.entries, told.get(section.title, section.rule)), self._fields_of(section))
            for section in sections(self.saved)
        ]

    def _fields_of(self, section: Section) -> list[forms.BoundField]:
        return [self[entry.path] for entry in section.entries]


class TryForm(forms.Form):
    """The month on which a version is tried."""

    month = forms.ChoiceField(label="用哪个月试算", required=False)

    def __init__(self, runs: list[RankingRun], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.runs = {month_key(run.month): run for run in runs}
        field: Any = self.fields["month"]
        field.choices = [
            (key, f"{month_label(run.month)}（{run.get_state_display()}）") for key, run in self.runs.items()
        ]

    def run(self) -> RankingRun | None:
        """The month that was chosen, or the newest."""
        chosen = self.cleaned_data.get("month") if self.is_valid() else None
        return self.runs.get(chosen or "", next(iter(self.runs.values()), None))


def _shown(entry: Entry) -> Any:
    """25 for 25.00: nobody types the noughts."""
    return entry.value if entry.value in (None, "") or entry.kind != "number" else plain(Decimal(str(entry.value)))


def _field(entry: Entry) -> forms.Field:
    common: dict[str, Any] = {"label": entry.label, "required": not entry.is_optional, "initial": _shown(entry)}
    if entry.kind == "tick":
        return forms.BooleanField(**common | {"required": False})
    if entry.kind == "tie":
        return forms.ChoiceField(**common, choices=[("", "不再比较，名次并列"), *TIE_BREAKS.items()])
    if entry.kind == "text":
        return forms.CharField(**common, max_length=40)
    unit = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-unit": entry.unit})
    if entry.kind == "count":
        return forms.IntegerField(**common, min_value=0, max_value=10**6, widget=unit)
    lowest = None if entry.path.startswith("point_rules.") else Decimal(0)
    places = 2 if entry.path.endswith((".weight", ".points")) else 4
    return forms.DecimalField(**common, min_value=lowest, max_digits=12, decimal_places=places, widget=unit)
