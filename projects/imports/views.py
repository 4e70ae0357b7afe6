from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.imports import actions
from projects.imports.access import may_import, may_upload
from projects.imports.applying import summary
from projects.imports.background import carry_on, launch_reader
from projects.imports.correcting import (
    RowChanged,
    correct_row,
    fields_of_row,
    import_row_later,
    may_correct,
    plan_row,
    questions_of,
    seen,
)
from projects.imports.deciding import decide
from projects.imports.filters import BatchFilter, RowFilter
from projects.imports.forms import (
    BlanksForm,
    ColumnsForm,
    EditsForm,
    QuestionsForm,
    ReturnedForm,
    RowForm,
    UndoForm,
    UploadForm,
    upload_initial,
)
from projects.imports.marking import marked_copy
from projects.imports.models import CLOSED_STATES, BatchState, ImportBatch, ImportRow
from projects.imports.packing import one_file
from projects.imports.queries import applied_before, batches, is_reading, review_of, rows_of_batch
from projects.imports.reading.kinds import REPORTS
from projects.imports.tables import BatchTable, RowTable, shown_changes
from projects.imports.undo_plan import plan_undo
from projects.imports.undoing import undo_batch
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import XLSX, attachment
from yichuan_tracker.web.forms import attempt
from yichuan_tracker.web.listing import listing_page

LATER = "已保存。文件很长，正在后台重新核对，可以关掉页面。"


@require_safe
def import_list(request: SignedIn) -> HttpResponse:
    _allow(request)
    return listing_page(
        request,
        key="imports",
        table_class=BatchTable,
        filterset_class=BatchFilter,
        queryset=batches(),
        template="projects/imports/import_list.html",
        context={"empty": _EMPTY | {"action_url": reverse("import-upload")}},
        export_name="导入记录",
    )


_EMPTY = {
    "title": "还没有导入过文件",
    "text": "把现有的重点项目清单、月进展表或台账原样上传，系统先读给您看，确认后才写入。",
    "action_label": "上传文件",
}


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: SignedIn) -> HttpResponse:
    _allow(request)
    initial = upload_initial(batches().first(), clock.today().year) | {"what": request.GET.get("what")}
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None, initial=initial)
    if form.is_valid():
        values = form.cleaned_data
        target = {"project_list": values["project_list"], "new_list": form.new_list(), "kind": values["what"]}
        target["year"] = values["year"] or clock.today().year
        batch = attempt(form, actions.upload_workbook, values["file"], **target, by=request.user, at=clock.now())
        if batch is not None:
            _start(request, batch)
            return redirect("import-review", batch.pk)
    status = 413 if form.has_error("file", code="too_large") else 400
    return render(request, "projects/imports/import_upload.html", {"form": form}, status=status if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_returned(request: SignedIn) -> HttpResponse:
    """The month workbooks that the units sent back, all of them as one import."""
    if not may_upload(request.user, REPORTS):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = ReturnedForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        file = one_file(form.cleaned_data["workbooks"])
        told: dict[str, Any] = {"project_list": None, "year": clock.today().year, "kind": REPORTS}
        batch = attempt(form, actions.upload_workbook, file, **told, by=request.user, at=clock.now())
        if batch is not None:
            _start(request, batch)
            return redirect("import-review", batch.pk)
    status = 400 if form.errors else 200
    return render(request, "projects/imports/import_returned.html", {"form": form}, status=status)


@require_safe
def import_review(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    if batch.state in CLOSED_STATES:
        return redirect("import-detail", pk)
    if batch.state in (BatchState.UPLOADED, BatchState.READING):
        return render(request, "projects/imports/import_reading.html", _reading_context(batch))
    return _review_page(request, batch)


def _review_page(request: SignedIn, batch: ImportBatch, **forms: Any) -> HttpResponse:
    """The review with its rows; `forms` are those that were refused and keep what was typed."""
    review = review_of(batch)
    context = {
        "batch": batch,
        "review": review,
        "questions": forms.get("questions") or QuestionsForm(review.questions),
        "blanks": BlanksForm(review) if review.blanks else None,
        "edits": EditsForm(review) if review.edits else None,
        "tables": [(number, sheet, ColumnsForm(sheet)) for number, sheet in (review.tables if batch.list_name else ())],
        "empty": {"title": "没有符合条件的行", "text": ""},
    }
    return listing_page(
        request,
        key="import-rows",
        table_class=RowTable,
        filterset_class=RowFilter,
        queryset=rows_of_batch(batch),
        template="projects/imports/import_review.html",
        context=context,
        export_name="导入核对",
    )


@require_safe
def import_progress(request: SignedIn, pk: int) -> HttpResponse:
    """The fragment that the page of a batch being read asks for again and again."""
    return render(request, "projects/imports/_progress.html", _reading_context(_find(request, pk)))


def _reading_context(batch: ImportBatch) -> dict[str, Any]:
    now = timezone.now()
    return {
        "batch": batch,
        "is_reading": is_reading(batch, now),
        "is_done": batch.state not in (BatchState.UPLOADED, BatchState.READING),
        "seconds": max(0, int((now - batch.state_at).total_seconds())),
    }


@require_POST
def import_read(request: SignedIn, pk: int) -> HttpResponse:
    """Read again: after a reader was lost or failed."""
    batch = _find(request, pk)
    try:
        _start(request, batch)
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    return redirect("import-review", pk)


@require_POST
def import_answer(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    form = QuestionsForm(review_of(batch).questions, request.POST)
    if form.is_valid():
        given = form.answers(everything_new="all_new" in request.POST)
        now = timezone.now()
        saved = attempt(form, actions.answer_questions, batch, given, by=request.user, at=clock.now(), now=now)
        if saved is not None:
            launch_reader(saved)
            return redirect("import-review", pk)
    return _review_page(request, batch, questions=form)


@require_POST
def import_decide(request: SignedIn, pk: int) -> HttpResponse:
    """What blank cells do, or what becomes of values edited since the last import."""
    batch = _find(request, pk)
    review = review_of(batch)
    form = EditsForm(review, request.POST) if "edits" in request.POST else BlanksForm(review, request.POST)
    try:
        if not form.is_valid():
            raise ValidationError("选择有误，请在页面上重新选择。")
        decided = decide(batch, form.answers(), by=request.user, at=clock.now(), now=timezone.now())
        messages.success(request, LATER if carry_on(decided) else "已按选择重新核对。")
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    return redirect("import-review", pk)


@require_POST
def import_columns(request: SignedIn, pk: int, table: int) -> HttpResponse:
    batch = _find(request, pk)
    sheet = next(iter(review_of(batch).sheets[table : table + 1]), None)
    form = ColumnsForm(sheet, request.POST) if sheet else None
    try:
        if sheet is None or form is None or not form.is_valid():
            raise ValidationError("列的选择有误，请在页面上重新选择。")
        chosen = form.chosen()
        moments = {"at": clock.now(), "now": timezone.now()}
        launch_reader(actions.choose_columns(batch, sheet.shape, chosen, by=request.user, **moments))
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    return redirect("import-review", pk)


@require_POST
def import_confirm(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    looked = {"sha256": request.POST.get("sha256", ""), "digest": request.POST.get("digest", "")}
    leave = "leave_open" in request.POST
    try:
        done = actions.confirm_batch(
            batch, **looked, leave_open=leave, by=request.user, at=clock.now(), now=timezone.now()
        )
    except actions.ChangedMeanwhile as changed:
        words = f"在您查看之后，有 {len(changed.rows)} 行涉及的登记有变动，还没有导入。请核对标出的行，再确认一次；其余各行不变。"
        messages.warning(request, words)
        return redirect("import-review", pk)
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("import-review", pk)
    messages.success(request, f"已导入“{done.file_name}”：{summary(done.counts)}。")
    return redirect("import-detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def import_row(request: SignedIn, pk: int, row: int) -> HttpResponse:
    """One row, as it was read and as it is put right."""
    batch = _find(request, pk)
    found = _row(request, batch, row)
    posted = request.POST if request.method == "POST" else None
    form = RowForm(fields_of_row(found, batch.reading), posted)
    context = _row_context(batch, found) | {"form": form}
    questions = context["questions"] = QuestionsForm(context["asked"], posted)
    if form.is_valid() and questions.is_valid():
        given: dict[str, Any] = {"answers": questions.answers(everything_new=False), "by": request.user}
        given |= {"digest": request.POST.get("digest", ""), "at": clock.now(), "now": timezone.now()}
        try:
            saved = attempt(form, correct_row, found, form.texts(), **given)
        except RowChanged:
            context["form"] = RowForm(fields_of_row(found, batch.reading), posted, moved=True)
            return render(request, "projects/imports/import_row.html", context | {"moved": True}, status=409)
        if saved is not None and carry_on(saved.batch):
            messages.success(request, LATER)
            return redirect("import-review", pk)
        if saved is not None:
            messages.success(request, "已保存更正，下面是改好后的结果。")
            return redirect("import-row", pk, saved.pk)
    status = 400 if form.errors or questions.errors else 200
    return render(request, "projects/imports/import_row.html", context, status=status)


def _row(request: SignedIn, batch: ImportBatch, pk: int) -> ImportRow:
    """The row; after the file was read again, the one that stands in its place, so that nothing typed is lost."""
    found = batch.rows.select_related("project").filter(pk=pk).first()
    if found is None and request.method == "POST" and request.POST.get("line", "").isdecimal():
        found = batch.rows.filter(sheet=request.POST.get("sheet", ""), row=int(request.POST["line"])).first()
    if found is None:
        raise Http404
    return found


def _row_context(batch: ImportBatch, row: ImportRow) -> dict[str, Any]:
    is_late = batch.state == BatchState.APPLIED and may_correct(batch, row)
    plan = plan_row(batch, row, at=clock.now()) if is_late else None
    lines = plan.rows[0].shown() if plan else row.changes
    return {
        "batch": batch,
        "row": row,
        "plan": plan,
        "may_correct": may_correct(batch, row),
        "asked": questions_of(plan) if plan else [],
        "problems": plan.rows[0].problems + plan.problems if plan else row.problems,
        "changes": shown_changes(lines),
        "digest": seen(row),
    }


@require_POST
def import_row_apply(request: SignedIn, pk: int, row: int) -> HttpResponse:
    """Bring in a row that was left out, long after its batch if need be."""
    batch = _find(request, pk)
    found = _row(request, batch, row)
    try:
        done = import_row_later(found, digest=request.POST.get("digest", ""), by=request.user, at=clock.now())
        messages.success(request, f"已导入{done}“{done.values.get('name', '')}”，归入这一批，撤销时一并撤销。")
    except actions.ChangedMeanwhile:
        messages.warning(request, "在您查看之后，这一行涉及的登记有变动，还没有导入。请核对下面的结果，再导入一次。")
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    return redirect("import-row", pk, found.pk)


@require_POST
def import_discard(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    try:
        actions.discard_batch(batch, by=request.user, at=clock.now(), now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("import-detail", pk)
    messages.success(request, f"已放弃导入“{batch.file_name}”，原文件仍然保留。")
    return redirect("import-list" if may_import(request.user) else "report-board")


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: SignedIn, pk: int) -> HttpResponse:
    """What would go back and what would stay; then, with a reason, all of it at once."""
    batch = _find(request, pk)
    form = UndoForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            done = attempt(form, undo_batch, batch, by=request.user, at=clock.now(), **form.cleaned_data)
            if done is not None:
                messages.success(request, f"已撤销“{done.file_name}”的导入，保留 {len(done.undoing['kept'])} 处。")
                return redirect("import-detail", pk)
            batch.refresh_from_db()
        context = {"batch": batch, "form": form, "plan": plan_undo(batch, today=clock.today())}
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("import-detail", pk)
    return render(request, "projects/imports/import_undo.html", context, status=400 if form.errors else 200)


@require_safe
def import_detail(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    if batch.state not in CLOSED_STATES:
        return redirect("import-review", pk)
    return listing_page(
        request,
        key="import-rows",
        table_class=RowTable,
        filterset_class=RowFilter,
        queryset=rows_of_batch(batch),
        template="projects/imports/import_detail.html",
        context={"batch": batch, "review": review_of(batch), "entries": history_of("importbatch", batch.pk)},
        export_name="导入结果",
    )


@require_safe
def import_file(request: SignedIn, pk: int) -> HttpResponse:
    """The workbook as it came."""
    batch = _find(request, pk)
    with batch.file.open("rb") as stream:
        return attachment(batch.file_name, stream.read(), "application/octet-stream")


@require_safe
def import_marked(request: SignedIn, pk: int) -> HttpResponse:
    """Their own workbook with the cells concerned marked and all problems listed."""
    batch = _find(request, pk)
    try:
        name, content = marked_copy(batch)
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("import-detail", pk)
    return attachment(name, content, XLSX)


def _allow(request: SignedIn) -> None:
    if not may_import(request.user):
        raise PermissionDenied


def _find(request: SignedIn, pk: int) -> ImportBatch:
    batch = get_object_or_404(ImportBatch.objects.select_related("project_list", "uploader", "applier"), pk=pk)
    if not may_import(request.user, batch):
        raise PermissionDenied
    return batch


def _start(request: SignedIn, batch: ImportBatch) -> None:
    earlier = applied_before(batch)
    if earlier is not None and earlier.applied_at is not None:
        when = timezone.localtime(earlier.applied_at)
        messages.info(request, f"内容完全相同的文件已在 {when:%Y-%m-%d %H:%M} 导入过，下面是与现在台账的差别。")
    actions.start_reading(batch, by=request.user, at=clock.now(), now=timezone.now())
    launch_reader(batch)
