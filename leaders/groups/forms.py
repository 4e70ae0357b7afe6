from leaders.groups.models import WorkingGroup
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class GroupForm(RecordForm):
    class Meta:
        model = WorkingGroup
        fields = ("name", "kind", "lead_unit", "leader", "valid_from", "valid_to")
        formfield_callback = field_for
