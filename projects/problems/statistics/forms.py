from django import forms

from yichuan_tracker.web.forms import DayField


class SpanForm(forms.Form):
    since = DayField(label="反映日期起")
    until = DayField(label="止")
