from typing import Any

from django import forms

from projects.bulletins.models import Bulletin, Letterhead
from projects.bulletins.queries import runs_to_report
from projects.bulletins.rules import SLOTS
from projects.rankings.models import RankingRun
from yichuan_tracker.web.forms import DayField, VersionField
from yichuan_tracker.web.record_form import RecordForm


class MonthDraftForm(forms.Form):
    run = forms.ModelChoiceField(
        label="月考评",
        queryset=RankingRun.objects.none(),
        empty_label=None,
        help_text="已发布的月份；已经印发过通报的，另拟更正版",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        run: Any = self.fields["run"]
        run.queryset = runs_to_report()


class InspectionDraftForm(forms.Form):
    first_on = DayField(label="起")
    last_on = DayField(label="止", help_text="一周（周一至周日）或一个月；按止日当天的情况取数")


class BulletinForm(forms.Form):
    """The texts of a draft, a box per part, with number and signer."""

    number = forms.IntegerField(
        label="发文序号", required=False, min_value=1, max_value=99_999, help_text="不填则签发时取下一个号"
    )
    signer = forms.CharField(
        label="签发人", required=False, max_length=20, help_text="上行文才标注在红头右侧；一般不填"
    )
    version = VersionField()

    def __init__(self, data: Any = None, *, bulletin: Bulletin) -> None:
        values = {"number": bulletin.number, "signer": bulletin.signer, "version": bulletin.version}
        super().__init__(data, initial=values | bulletin.texts)
        for name in (name for name in SLOTS if name in bulletin.texts):
            rows = 3 if name in {"chat", "correction"} else 6
            self.fields[name] = forms.CharField(
                label=SLOTS[name], required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": rows})
            )
        self.fields["chat"].help_text = "发到微信群用，填上数后最多 300 字；不印在公文里"
        self.order_fields([*SLOTS, "number", "signer", "version"])

    def texts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name in SLOTS}


class LetterheadForm(RecordForm):
    class Meta:
        model = Letterhead
        fields = ("organisation", "mark", "code", "recipients", "copies", "printer", "needs_second")
        widgets = {"recipients": forms.Textarea(attrs={"rows": 2}), "copies": forms.Textarea(attrs={"rows": 2})}
