from django import forms

from yichuan_tracker.web.forms import VersionField


class TargetsForm(forms.Form):
    days_per_week = forms.IntegerField(
        label="每周到现场不少于几天", min_value=1, max_value=7, help_text="按不同的日子算，同一天去几个项目算一天"
    )
    unseen_days = forms.IntegerField(label="多少天没有人去算久未督查", min_value=1, max_value=366)
    version = VersionField()
