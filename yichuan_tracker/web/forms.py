"""What every form of the product is made of: fields of a day, a month, an amount; refusals of actions shown on their field."""

import datetime
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, ParamSpec, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, FieldDoesNotExist, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpRequest

from yichuan_tracker import clock
from yichuan_tracker.months import FIRST_YEAR, LAST_YEAR, month_key, parse_month

P = ParamSpec("P")
R = TypeVar("R")


def attempt(form: forms.BaseForm, action: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """What `action` returns, or None after its ValidationError was put on the form.

    Errors by field name go to the form's field; those of a field that the form does not show go to the top, with the
    field's name in front. PermissionDenied and Conflict pass through: they have pages of their own.
    """
    try:
        return action(*args, **kwargs)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return None


def press(request: HttpRequest, action: Callable[..., Any], record: Any, *, done: str = "", **options: Any) -> bool:
    """What a button without a form of its own does: `action` on the record in the version that the person saw, and a word about
    how it went. Whether it was done; PermissionDenied and Conflict pass through."""
    try:
        action(record, **options, version=posted_version(request), by=request.user, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return False
    if done:
        messages.success(request, done)
    return True


def show_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    form.errors  # noqa: B018 (add_error needs a form that was cleaned)
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        if name in form.fields:
            form.add_error(name, errors)
            continue
        label = _label_of(form, name)
        for message in ValidationError(errors).messages:
            form.add_error(None, f"{label}：{message}" if label else message)


def _label_of(form: forms.BaseForm, name: str) -> str:
    instance = getattr(form, "instance", None)
    if name == NON_FIELD_ERRORS or instance is None:
        return ""
    try:
        return str(instance._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return ""


class VersionField(forms.IntegerField):
    """The version of the record that the person saw; hidden in each form that edits one."""

    def __init__(self, **kwargs: Any) -> None:
        missing = "页面缺少版本号，请刷新后重试。"
        kwargs.setdefault("widget", forms.HiddenInput)
        kwargs.setdefault("error_messages", {"required": missing, "invalid": missing})
        super().__init__(min_value=1, max_value=2**31 - 1, **kwargs)


def posted_version(request: HttpRequest) -> int:
    """`version` of a form without fields (a single button). Raises BadRequest when it is missing or no number."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest("页面缺少版本号，请刷新后重试。")
    return int(text)


def decision_of(request: HttpRequest, approve: Callable[..., Any], refuse: Callable[..., Any]) -> Callable[..., Any]:
    """Which of the two the person pressed on `components/_decide.html`. Raises BadRequest when neither."""
    actions: dict[str, Callable[..., Any]] = {"approved": approve, "refused": refuse}
    found = actions.get(request.POST.get("verdict", ""))
    if found is None:
        raise BadRequest("请点“批准”或“不批准”。")
    return found


class DayInput(forms.DateInput):
    """The browser's own calendar. It reads ISO dates only, whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"} | (attrs or {}), "%Y-%m-%d")


DateInput = DayInput


class DayField(forms.DateField):
    """A day between the years that the county's lists can mean; also typed as 2023.7.5 or 2023年7月5日."""

    widget = DayInput
    input_formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
    default_error_messages = {
        "invalid": "日期应写成“2023-07-05”的样子，请核对。",
        "year": f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间，请核对。",
    }

    def to_python(self, value: Any) -> datetime.date | None:
        day = super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["year"], code="year")
        return day


class MonthInput(forms.TextInput):
    input_type = "month"

    def format_value(self, value: Any) -> str | None:
        return month_key(value) if isinstance(value, datetime.date) else value


class MonthField(forms.Field):
    """A month; cleans to its first day."""

    widget = MonthInput

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.date):
            return value.replace(day=1)
        try:
            return parse_month(unicodedata.normalize("NFKC", str(value)))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


class WanInput(forms.TextInput):
    """A text box and no spinner: a wheel turned over a number box has changed many a figure unseen."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "data-unit": "万元"} | (attrs or {}))


class WanField(forms.DecimalField):
    """An amount of 万元, two places. People paste “１２，０００．００” and “12 000 万元”: both are read."""

    widget = WanInput
    default_error_messages = {
        "invalid": "请填写数字，单位是万元，如 1200.50。",
        "max_decimal_places": "万元最多两位小数（精确到百元），请核对。",
        "min_value": "金额不能为负数，请核对。",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_digits": 14, "decimal_places": 2} | kwargs))

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip().removesuffix("万元").translate(_SEPARATORS)
            if "e" in value.casefold():  # 1e9: nobody means a thousand million, and the page's own sums do not read it
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


_SEPARATORS = str.maketrans("", "", ", ，\u3000")


class LookupField(forms.CharField):
    """What a person types a name for, where a select of all would fill the page. `find` returns the one record that the
    text means, or raises ValidationError (Chinese)."""

    def __init__(self, find: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.find = find

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.find(text) if text else None


class EvidenceField(forms.FileField):
    """A file that shows something: kinds that an office opens, at most MAX_BYTES."""

    MAX_BYTES = 20 * 1024 * 1024
    KINDS = ("pdf", "jpg", "jpeg", "png", "doc", "docx", "wps", "xls", "xlsx", "et", "ofd")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": 200} | kwargs))

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        name, size = file.name or "", file.size or 0
        if name.rpartition(".")[2].lower() not in self.KINDS:
            raise ValidationError(f"附件“{name}”的格式不能上传；请用 PDF、图片、Word 或 Excel。")
        if size > self.MAX_BYTES:
            raise ValidationError(f"附件“{name}”有 {size / 1024 / 1024:.1f} MB，超过 20 MB，请压缩后再传。")
        return file


def field_for(db_field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """`formfield_callback` of a ModelForm: days, amounts and long texts get the fields of this module."""
    if isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
        kwargs.setdefault("form_class", DayField)
        kwargs.setdefault("widget", DayInput)
    elif isinstance(db_field, models.DecimalField) and db_field.name.endswith("_wan"):
        kwargs.setdefault("form_class", WanField)
        kwargs.setdefault("widget", WanInput)
    elif isinstance(db_field, models.TextField):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
    return db_field.formfield(**kwargs)


def form_sections(form: forms.BaseForm) -> Iterator[tuple[str, list[forms.BoundField]]]:
    """Legend and visible fields, as the form's `fieldsets` [(legend, [names])] say; what they leave out comes last."""
    left = {name: form[name] for name in form.fields if not form[name].is_hidden}
    for legend, names in getattr(form, "fieldsets", []):
        fields = [left.pop(name) for name in names if name in left]
        if fields:
            yield legend, fields
    if left:
        yield "", list(left.values())


def ticked(request: HttpRequest) -> set[int]:
    """The records ticked in a list, as its bulk buttons name them in the address; what is no id is left out."""
    return {int(text) for text in request.GET.getlist("pk") if text.isascii() and text.isdigit() and len(text) < 10}


def seen_versions(values: list[str]) -> dict[int, int]:
    """{record: version that the person saw} from "id.version"; what is not of this form is left out."""
    pairs = (value.partition(".") for value in values)
    return {
        int(pk): int(version)
        for pk, _, version in pairs
        if pk.isascii() and pk.isdigit() and version.isascii() and version.isdigit() and len(pk + version) < 25
    }
