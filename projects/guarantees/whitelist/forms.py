from django import forms

from yichuan_tracker.web.forms import DayField


class LookUpForm(forms.Form):
    q = forms.CharField(label="项目名称、代码或企业", max_length=100, required=False)
    on = DayField(label="按哪一天", required=False)
