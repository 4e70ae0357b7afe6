from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.accounts.queries import reporters_of
from leaders.audit.queries import history_of
from leaders.organisations.access import may_edit_units
from leaders.organisations.actions import (
    archive_unit,
    change_township,
    change_unit,
    create_unit,
    delete_unit,
    restore_unit,
)
from leaders.organisations.filters import TownshipFilter, UnitFilter
from leaders.organisations.forms import TownshipForm, UnitForm
from leaders.organisations.models import Township, Unit
from leaders.organisations.queries import townships, units
from leaders.organisations.tables import EditableTownshipTable, TownshipTable, UnitTable
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version
from yichuan_tracker.web.listing import listing_page


@require_safe
def unit_list(request: SignedIn) -> HttpResponse:
    return listing_page(
        request,
        key="units",
        table_class=UnitTable,
        filterset_class=UnitFilter,
        queryset=units(),
        template="leaders/organisations/unit_list.html",
        context={"may_edit": may_edit_units(request.user)},
        export_name="单位",
    )


@require_safe
def unit_detail(request: SignedIn, pk: int) -> HttpResponse:
    unit = get_object_or_404(units().prefetch_related("leaders", "led_groups"), pk=pk)
    context = {
        "unit": unit,
        "may_edit": may_edit_units(request.user),
        "reporters": reporters_of(unit.pk),
        "entries": history_of("unit", unit.pk),
    }
    return render(request, "leaders/organisations/unit_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unit_create(request: SignedIn) -> HttpResponse:
    _require(may_edit_units(request.user))
    form = UnitForm(_posted(request))
    if form.is_valid():
        aliases = form.cleaned_data["aliases"]
        unit = attempt(form, create_unit, form.instance, aliases=aliases, by=request.user, at=clock.now())
        if unit is not None:
            messages.success(request, f"已新建“{unit}”。")
            return redirect("unit-detail", unit.pk)
    return render(request, "leaders/organisations/unit_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def unit_edit(request: SignedIn, pk: int) -> HttpResponse:
    unit = get_object_or_404(units(), pk=pk)
    _require(may_edit_units(request.user))
    form = UnitForm(_posted(request), instance=unit)
    if form.is_valid():
        saved = attempt(
            form,
            change_unit,
            unit,
            form.values(),
            aliases=form.cleaned_data["aliases"],
            by=request.user,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )
        if saved is not None:
            messages.success(request, f"已保存“{saved}”。")
            return redirect("unit-detail", pk)
    return render(request, "leaders/organisations/unit_edit.html", {"form": form, "pk": pk})


@require_POST
def unit_archive(request: SignedIn, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    _require(may_edit_units(request.user))
    archive_unit(unit, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已归档“{unit}”。需要时可在本页恢复。")
    return redirect("unit-detail", pk)


@require_POST
def unit_restore(request: SignedIn, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    _require(may_edit_units(request.user))
    restore_unit(unit, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已恢复“{unit}”。")
    return redirect("unit-detail", pk)


@require_POST
def unit_delete(request: SignedIn, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    _require(may_edit_units(request.user))
    try:
        delete_unit(unit, by=request.user, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("unit-detail", pk)
    messages.success(request, f"已删除“{unit}”。")
    return redirect("unit-list")


@require_safe
def township_list(request: SignedIn) -> HttpResponse:
    may_edit = may_edit_units(request.user)
    return listing_page(
        request,
        key="townships",
        table_class=EditableTownshipTable if may_edit else TownshipTable,
        filterset_class=TownshipFilter,
        queryset=townships(),
        template="leaders/organisations/township_list.html",
        context={"may_edit": may_edit},
        export_name="乡镇（街道）",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def township_edit(request: SignedIn, pk: int) -> HttpResponse:
    township = get_object_or_404(Township, pk=pk)
    _require(may_edit_units(request.user))
    form = TownshipForm(_posted(request), instance=township)
    if form.is_valid():
        version = form.cleaned_data["version"]
        saved = attempt(
            form, change_township, township, form.values(), by=request.user, at=clock.now(), version=version
        )
        if saved is not None:
            messages.success(request, f"已保存“{saved}”。")
            return redirect("township-list")
    return render(request, "leaders/organisations/township_edit.html", {"form": form, "pk": pk})


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
