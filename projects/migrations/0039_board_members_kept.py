from datetime import date

from django.db import migrations
from django.db.models import Min
from django.utils import timezone


def name_members(apps, _):
    """A township's group becomes its place on the board of that group, since the year of the first month computed,
    of the first list where none was."""
    board_model, township = apps.get_model("projects", "Board"), apps.get_model("leaders", "Township")
    member, run = apps.get_model("projects", "BoardMember"), apps.get_model("projects", "RankingRun")
    first = run.objects.order_by("month").values_list("month__year", flat=True).first()
    first = first or apps.get_model("projects", "ProjectList").objects.aggregate(year=Min("year"))["year"]
    boards = {board.township_board: board for board in board_model.objects.filter(kind="townships")}
    member.objects.bulk_create(
        member(board=boards[place.board], unit_id=place.unit_id, starts_on=date(first or timezone.localdate().year, 1, 1))
        for place in township.objects.filter(unit__isnull=False).order_by("pk")
        if place.board in boards
    )
    for board in board_model.objects.filter(archived_at__isnull=False):
        board.valid_to = timezone.localdate(board.archived_at)
        board.save()


def name_groups(apps, _):
    """Back again: the group is that of the board on which the township stands last."""
    board_model, township = apps.get_model("projects", "Board"), apps.get_model("leaders", "Township")
    for board in board_model.objects.filter(kind="townships"):
        board.township_board = board.key[:20]
        board.save()
    for member in apps.get_model("projects", "BoardMember").objects.filter(ends_on__isnull=True).select_related("board"):
        township.objects.filter(unit=member.unit_id).update(board=member.board.key[:20])
    for board in board_model.objects.filter(valid_to__isnull=False):
        board.archived_at = timezone.now()
        board.save()


class Migration(migrations.Migration):
    dependencies = [("leaders", "0004_leader_phone"), ("projects", "0038_board_members")]
    # The townships' own field goes once its words are written here.
    run_before = [("leaders", "0005_township_without_board")]
    operations = [migrations.RunPython(name_members, name_groups)]
