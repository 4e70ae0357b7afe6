import datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError

from tests.yichuan_tracker.web.pages import UnitForm
from yichuan_tracker.web.forms import DayField, MonthField, WanField, attempt, form_sections, posted_version


@pytest.mark.parametrize(
    "text", ["2023-07-05", "2023/7/5", "2023.7.5", "2023年7月5日", "20230705", "２０２３－０７－０５"]
)
def test_a_day_is_read_as_people_write_it(text):
    assert DayField().clean(text) == datetime.date(2023, 7, 5)


@pytest.mark.parametrize("text", ["99999-01-01", "0023-07-05", "2300-01-01", "2023-02-30", "明天", "2023-7"])
def test_a_day_that_is_none_is_refused_in_chinese(text):
    with pytest.raises(ValidationError, match="核对"):
        DayField().clean(text)


def test_a_day_is_shown_to_the_browser_in_iso_form():
    class Form(forms.Form):
        day = DayField()

    assert 'value="2023-07-05"' in str(Form(initial={"day": datetime.date(2023, 7, 5)})["day"])


@pytest.mark.parametrize("text", ["12000.50", "１２，０００．５０", "12 000.50万元", " 12,000.5 "])
def test_an_amount_is_read_as_people_paste_it(text):
    assert WanField().clean(text) == Decimal("12000.50")


@pytest.mark.parametrize("text", ["1.234", "NaN", "1e400", "1e9", "十万", "1.2亿", "9999999999999999"])
def test_an_amount_that_is_none_is_refused(text):
    with pytest.raises(ValidationError):
        WanField().clean(text)


def test_a_month_is_its_first_day():
    assert MonthField().clean("2023-06") == datetime.date(2023, 6, 1)
    for text in ("2023-13", "99999-01", "六月"):
        with pytest.raises(ValidationError, match="月份"):
            MonthField().clean(text)


def unit_form(**values):
    form = UnitForm({"name": "县教育局", "kind": "department", "version": "1"} | values)
    form.is_valid()
    return form


def refuse(error):
    raise error


@pytest.mark.django_db
def test_a_refusal_is_shown_on_its_field():
    form = unit_form()
    assert attempt(form, refuse, ValidationError({"name": ["已有同名单位。"]})) is None
    assert form.errors["name"] == ["已有同名单位。"]


@pytest.mark.django_db
def test_a_refusal_of_a_field_that_is_not_shown_names_it_on_top():
    form = unit_form()
    attempt(form, refuse, ValidationError({"archived_at": ["已归档。"], "__all__": ["停用日期早于启用日期。"]}))
    assert set(form.non_field_errors()) == {"归档时间：已归档。", "停用日期早于启用日期。"}


@pytest.mark.django_db
def test_a_plain_refusal_stands_on_top_and_the_typed_text_stays():
    form = unit_form()
    attempt(form, refuse, ValidationError("本月已关账。"))
    assert form.non_field_errors() == ["本月已关账。"]
    assert form["name"].value() == "县教育局"


@pytest.mark.django_db
def test_what_is_no_refusal_of_a_value_passes_through():
    with pytest.raises(PermissionDenied):
        attempt(unit_form(), refuse, PermissionDenied())


def test_an_action_that_succeeds_gives_its_result():
    assert attempt(forms.Form(), lambda: 7) == 7


@pytest.mark.parametrize("text", ["", "abc", "1.5", "-1", "²", "9" * 30])
def test_a_button_without_a_version_is_a_bad_request(rf, text):
    with pytest.raises(BadRequest):
        posted_version(rf.post("/", {"version": text}))


def test_sections_follow_the_form_and_forget_no_field():
    class Form(forms.Form):
        fieldsets = (("基本情况", ["b", "gone"]), ("空", []))
        a = forms.CharField()
        b = forms.CharField()
        hidden = forms.CharField(widget=forms.HiddenInput)

    assert [(legend, [field.name for field in fields]) for legend, fields in form_sections(Form())] == [
        ("基本情况", ["b"]),
        ("", ["a"]),
    ]
