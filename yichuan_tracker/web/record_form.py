import copy
from typing import Any

from django import forms

from leaders.audit.models import Tracked
from yichuan_tracker.web.forms import VersionField


class RecordForm(forms.ModelForm):
    """A form that creates or edits one record through the slice's actions (never by `save`).

    The record handed in stays as it is: Django's forms write typed values onto it even when they are refused.
    """

    version = VersionField()

    def __init__(
        self, data: Any = None, *, instance: Tracked | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        if instance is not None:
            initial = {"version": instance.version} | (initial or {})
        super().__init__(data, instance=copy.copy(instance), initial=initial)
        if instance is None:
            del self.fields["version"]

    def values(self) -> dict[str, Any]:
        """Field name → value, of the record's own fields."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.cleaned_data}
