from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.imports.access import may_import
from projects.imports.matching.result import CORRECTED
from projects.imports.models import BatchState, ImportBatch
from projects.imports.source.queries import around, cells_of, source_row
from projects.registry.access import visible_projects


@require_safe
def import_source(request: SignedIn, pk: int, project: int) -> HttpResponse:
    """The row of the file that `?sheet=…&cell=…` is in, for everyone who may see the project."""
    seen = get_object_or_404(visible_projects(request.user), pk=project)
    batches = ImportBatch.objects.filter(state__in=(BatchState.APPLIED, BatchState.UNDONE))
    batch = get_object_or_404(batches.select_related("uploader", "applier").defer("plan", "answers", "written"), pk=pk)
    sheet, cell = request.GET.get("sheet", ""), request.GET.get("cell", "").removeprefix(CORRECTED)
    row = source_row(batch, seen, sheet, cell)
    if row is None:
        raise Http404
    context = {
        "project": seen,
        "batch": batch,
        "row": row,
        "cells": cells_of(row, batch.reading, sheet, cell),
        "around": around(row),
        "may_import": may_import(request.user, batch),
    }
    return render(request, "projects/imports/import_source.html", context)
