from django import forms

from yichuan_tracker.web.forms import VersionField


class RungForm(forms.Form):
    workdays = forms.IntegerField(label="超期工作日", min_value=1, max_value=250, help_text="超过办理时限多少个工作日")
    version = VersionField()
