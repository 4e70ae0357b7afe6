from django import forms


class IssueForm(forms.Form):
    # What was read, checked under the lock.
    shown = forms.CharField(widget=forms.HiddenInput)


class CorrectForm(IssueForm):
    reason = forms.CharField(
        label="更正的原因",
        max_length=200,
        help_text="印在纪要开头，如：第二项的办结日期写错",
        error_messages={"required": "请写明更正的原因，会印在纪要开头。"},
    )
