from typing import ClassVar

from projects.permits.pauses.models import Pause
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class PauseForm(RecordForm):
    class Meta:
        model = Pause
        fields = ("from_on", "to_on", "reason")
        formfield_callback = field_for
        help_texts: ClassVar = {
            "from_on": "从次日起停表",
            "to_on": "还没有收齐的不填，收齐以后再来填；从次日起接着计",
            "reason": "如：总平面图未盖章，请设计单位补盖；责任单位看得到",
        }
