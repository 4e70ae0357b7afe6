from django import forms

from yichuan_tracker.web.forms import DayField, VersionField


class WindowForm(forms.Form):
    until = DayField(label="征求意见截止", help_text="当天终了为止；各单位只看得到自己的单位和项目")
    version = VersionField()


class ObjectForm(forms.Form):
    text = forms.CharField(
        label="意见",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明哪一项不对、应当是多少、依据是什么；数据录错的，请同时按流程更正",
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="采纳的，写明改了哪里，改好数据后重新试算；不采纳的，写明理由",
    )
    version = VersionField()
