from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from projects.imports.correcting import RowField
from projects.imports.deciding import CLEAR, blank_answers
from projects.imports.kinds import KINDS
from projects.imports.matching.edits import ALL_ROWS, FILE, KEEP
from projects.imports.matching.edits import OPTIONS as EDIT_OPTIONS
from projects.imports.models import ImportBatch
from projects.imports.queries import MOST_QUESTIONS, Review, SheetReview
from projects.imports.reading.fields import IGNORED, TITLES
from projects.imports.reading.kinds import PROJECTS
from projects.imports.reading.limits import Limits
from projects.imports.reading.typed import SEVERAL_LINES, accepts, split_key
from projects.registry.models import ProjectList
from projects.registry.rules import ListKind


class UndoForm(forms.Form):
    reason = forms.CharField(
        label="撤销的理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明撤销的理由，会留在历史里。"},
    )
    # What the preview showed; checked under the lock.
    digest = forms.CharField(widget=forms.HiddenInput)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of files, each checked like one."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class ReturnedForm(forms.Form):
    """Workbooks that the units sent back, or one ZIP of them."""

    workbooks = ManyFilesField(
        label="返回的月报工作簿",
        help_text=f"可多选（一次最多 {Limits().files} 个），也可以选一个 ZIP 压缩包；合计不超过 20 MB。原文件会保存。",
        widget=ManyFilesInput(attrs={"accept": ".xlsx,.xls,.ods,.zip"}),
        error_messages={"required": "请选择返回的工作簿。", "empty": "有一个文件是空的，请重新选择。"},
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label="文件",
        help_text="Excel 或 WPS 表格（.xlsx、.xls、.ods、.csv），不超过 20 MB。原文件会保存，以后可以下载。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsm,.et,.ods,.csv,.zip"}),
        error_messages={"required": "请选择要导入的文件。", "empty": "文件是空的，请重新选择。"},
    )
    what = forms.ChoiceField(
        label="内容",
        required=False,
        choices=[(kind.key, kind.title) for kind in KINDS.values()],
        help_text="除了项目清单，其他内容都不进清单，下面的清单几项不用管",
    )
    project_list = forms.ModelChoiceField(
        label="导入到清单",
        queryset=ProjectList.objects.none(),
        required=False,
        empty_label="新建一份清单（填写下面几项）",
    )
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=2000,
        max_value=2199,
        help_text="如 2023；不填用所选清单的年度",
        error_messages={
            "min_value": "年度应为 2000 到 2199 之间的四位数字。",
            "max_value": "年度应为 2000 到 2199 之间的四位数字。",
        },
    )
    kind = forms.ChoiceField(label="种类", choices=ListKind, required=False)
    batch = forms.CharField(label="批次（期数）", max_length=20, required=False, help_text="如 第七期；没有就不填")
    name = forms.CharField(label="清单名称", max_length=80, required=False, help_text="如 伊川县2024年重点项目清单")

    fieldsets = (
        ("文件", ("file", "what")),
        ("导入到哪里", ("project_list", "year")),
        ("新清单", ("name", "kind", "batch")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["project_list"]
        field.queryset = ProjectList.objects.active()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["what"] = values.get("what") or PROJECTS
        existing = values.get("project_list")
        if not KINDS[values["what"]].needs_list:
            return values | {"project_list": None}
        if existing is not None:
            if values.get("name"):
                self.add_error(
                    "name", f"上面已选“{existing}”。要新建这份清单，请在上面改选“新建一份清单”；不新建的，清空这里。"
                )
            values["year"] = values.get("year") or existing.year
            return values
        if not values.get("year") and "year" not in self.errors:
            self.add_error("year", "新建清单请填写年度。")
        if not values.get("name"):
            self.add_error("name", "请选择已有的清单，或填写新清单的名称。")
        elif ProjectList.objects.filter(name=values["name"]).exists():
            self.add_error("name", f"已有叫“{values['name']}”的清单，请在上面直接选择它。")
        self._refuse_twin(values)
        return values

    def new_list(self) -> dict[str, Any] | None:
        """The particulars of the list to be created on confirm; None when an existing one was chosen."""
        values = self.cleaned_data
        if values["project_list"] is not None or not KINDS[values["what"]].needs_list:
            return None
        kind = values["kind"] or ListKind.OTHER.value
        stem = slugify(f"{values['year']}-{kind.replace('_', '-')}-{values['batch']}")[:30]
        key, number = stem, 1
        while ProjectList.objects.filter(key=key).exists():
            number += 1
            key = f"{stem}-{number}"
        return {"key": key, "name": values["name"], "year": values["year"], "kind": kind, "batch": values["batch"]}

    def _refuse_twin(self, values: dict[str, Any]) -> None:
        same = {name: values.get(name) or "" for name in ("year", "kind", "batch")}
        if self.errors or not same["year"]:
            return
        twin = ProjectList.objects.filter(**same | {"kind": same["kind"] or ListKind.OTHER}).first()
        if twin is not None:
            self.add_error("batch", f"这一年已有同种类、同批次的清单“{twin}”。请选择它，或填写不同的批次。")


class QuestionsForm(forms.Form):
    """One group of choices for every open question, with a line to type where a question takes a typed answer."""

    def __init__(self, questions: Sequence[Mapping[str, Any]], data: Any = None) -> None:
        super().__init__(data)
        for question in questions:
            place = " ".join(part for part in (question["sheet"], question["cell"]) if part)
            choices = [(choice["value"], choice["label"]) for choice in question["options"]]
            free = question.get("free")
            if choices:
                self.fields[question["id"]] = forms.ChoiceField(
                    label=f"{question['message']}（{place}）" if place else question["message"],
                    choices=choices,
                    widget=forms.RadioSelect,
                    required=False,
                    help_text=question["cure"],
                    error_messages={"invalid_choice": "请选择列出的一项。"},
                )
                # Projects side by side, printed below the choices.
                field: Any = self.fields[question["id"]]
                field.beside = question.get("beside")
            if free:
                self.fields[f"{question['id']}-free"] = forms.CharField(
                    label=f"或填写：{free}", max_length=80, required=False
                )

    def answers(self, *, everything_new: bool) -> dict[str, str]:
        """Question id → answer; what was typed goes before what was ticked. `everything_new` answers “新增” wherever that is an
        answer and nothing was ticked."""
        found: dict[str, str] = {}
        for name, field in self.fields.items() if everything_new else ():
            if "new" in dict(getattr(field, "choices", ())):
                found[name] = "new"
        for name, value in self.cleaned_data.items():
            if value:
                found[name.removesuffix("-free")] = value
        return found


class ColumnsForm(forms.Form):
    """What every column of a table is taken for; remembered for the next file with the same heading."""

    def __init__(self, sheet: SheetReview, data: Any = None) -> None:
        super().__init__(data)
        choices = [(IGNORED, "不导入"), *TITLES.items()]
        taken = {column["column"]: (column["heading"], column["field"]) for column in sheet.columns}
        taken |= {column["column"]: (column["heading"], IGNORED) for column in sheet.ignored}
        for letter in sorted(taken, key=lambda letter: (len(letter), letter)):
            heading, field = taken[letter]
            own = choices if field in dict(choices) else [*choices, (field, field)]
            self.fields[letter] = forms.ChoiceField(
                label=heading if sheet.is_laid else f"{letter} 列：{heading}",
                choices=own,
                initial=field,
                required=False,
            )

    def chosen(self) -> dict[str, str]:
        """Only the columns of which the person says something else. Raises ValidationError when there is none."""
        found = {
            letter: value
            for letter, value in self.cleaned_data.items()
            if value and value != self.fields[letter].initial
        }
        if not found:
            raise ValidationError("没有改动任何一列的含义。")
        return found


class BlanksForm(forms.Form):
    """The columns of which a blank cell clears what is registered."""

    blanks = forms.MultipleChoiceField(
        label="空白格清除原值的列",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不勾选的列，空白格保留原值。项目名称、总投资、年度计划、人员和单位、各月数字不能用空白格清除。",
    )

    def __init__(self, review: Review, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["blanks"]
        field.choices = list(review.blanks.items())
        field.initial = [key for key in review.blanks if review.batch.answers.get(f"blank:{key}") == CLEAR]

    def answers(self) -> dict[str, str]:
        field: Any = self.fields["blanks"]
        return blank_answers(self.cleaned_data["blanks"], [key for key, _ in field.choices])


class EditsForm(forms.Form):
    """For each row with values that were edited in the browser since the last import: the edit or the file."""

    def __init__(self, review: Review, data: Any = None) -> None:
        super().__init__(data)
        choices = [(choice["value"], choice["label"]) for choice in EDIT_OPTIONS]
        for edit in review.edits[:MOST_QUESTIONS]:
            self.fields[edit["id"]] = forms.ChoiceField(
                label=edit["name"],
                choices=choices,
                widget=forms.RadioSelect,
                initial=KEEP if edit["kept"] else FILE,
                required=False,
                help_text=format_html_join("", "<div>{}</div>", ((line["message"],) for line in edit["lines"])),
            )

    def answers(self) -> dict[str, str]:
        """One choice for all rows goes before the rows' own."""
        if self.data.get("all") in (KEEP, FILE):
            return {ALL_ROWS: self.data["all"]}
        return {name: value for name, value in self.cleaned_data.items() if value}


class RowForm(forms.Form):
    """A row as it was read, every field beside its cell; what is typed is read by the rules of the cell."""

    def __init__(self, fields: Sequence[RowField], data: Any = None, *, moved: bool = False) -> None:
        """`moved`: somebody else was quicker, so that what stands there now is said where it differs from what was typed."""
        super().__init__(data)
        for field in fields:
            is_long = split_key(field.key)[0].rpartition(".")[2] in SEVERAL_LINES
            other = moved and data is not None and data.get(field.key, "") != field.text
            self.fields[field.key] = forms.CharField(
                label=field.title,
                initial=field.text,
                required=False,
                max_length=10_000,
                widget=forms.Textarea(attrs={"rows": 2}) if is_long else forms.TextInput,
                help_text=_about_cell(field, field.text if other else None),
            )

    def texts(self) -> dict[str, str]:
        """Key → what was typed, of the fields that the browser sent."""
        return {key: text for key, text in self.cleaned_data.items() if key in self.data}


def _about_cell(field: RowField, now: str | None) -> SafeString:
    """Where the value stands, what the cell says, what is wrong with it and what may be typed."""
    told = [(f"{field.cell} 原文：{field.was or '（空白）'}" if field.cell else "取自表头、小节或工作表名",)]
    told += [(f"现在是：{now or '（空白）'}",)] if now is not None else []
    told += [(f"写法：{accepts(field.key)}",)] if accepts(field.key) else []
    said = [
        ("late" if problem["level"] in ("error", "question") else "muted", problem["message"]) for problem in field.said
    ]
    return format_html(
        "{}{}", format_html_join("；", "{}", told), format_html_join("", '<br><span class="{}">{}</span>', said)
    )


def upload_initial(batch: ImportBatch | None, year: int) -> dict[str, Any]:
    """The form's first values: the year of today, the list of the last import."""
    return {"year": None if batch and batch.project_list_id else year, "project_list": batch and batch.project_list_id}
