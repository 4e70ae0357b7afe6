"""Why a score is not what it was in the month before: the difference taken apart by cause, in words. Pure.

The parts of a difference always sum up to it exactly; nothing is left over and nothing is counted twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from projects.rankings.scoring.body import BodyScore, MemberScore
from projects.rankings.scoring.items import ItemScore
from projects.rankings.scoring.points import CappedPoints
from projects.rankings.scoring.project import ProjectScore
from projects.rankings.scoring.scheme import BodyRule
from projects.rankings.scoring.wording import plain
from yichuan_tracker.money import round_half_up

SHOWN = 8
NONE = Fraction(0)


@dataclass(frozen=True)
class Cause:
    """One part of a difference: `by` is what it did to the score (unrounded), `told` the facts behind it.
    `project_id` where the cause is a project of a body."""

    name: str
    by: Fraction
    told: str
    project_id: int | None = None

    @property
    def words(self) -> str:
        """拉高 1.25 分."""
        return f"{'拉高' if self.by > 0 else '拉低'} {round_half_up(abs(self.by))} 分"


@dataclass(frozen=True)
class Change:
    """A score beside the one before, and why, the largest cause first; only the largest are shown one by one."""

    before: Decimal
    now: Decimal
    causes: tuple[Cause, ...]

    @property
    def shown(self) -> tuple[Cause, ...]:
        return self.causes[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.causes) - len(self.shown)

    @property
    def sentence(self) -> str:
        step = self.now - self.before
        if not step:
            return f"与上月相同（{self.now} 分）"
        return f"比上月{'高' if step > 0 else '低'} {abs(step)} 分（{self.before} → {self.now}）"


def project_change(before: ProjectScore, now: ProjectScore) -> Change | None:
    """None where one of the months has no score."""
    if before.score is None or now.score is None:
        return None
    old, new = ({item.code: item for item in score.items} for score in (before, now))
    causes = [
        Cause(_item_name(old.get(code), new.get(code)), by, _item_told(old.get(code), new.get(code), before, now))
        for code in old | new
        if (by := _worth(new.get(code), now.applicable_weight) - _worth(old.get(code), before.applicable_weight))
    ]
    return _change(before.score, now.score, [*causes, *_points_cause(before.points, now.points)])


def body_change(before: BodyScore, now: BodyScore, rules: tuple[BodyRule, BodyRule]) -> Change | None:
    """By project, by projects coming and going, by own work and by points; `rules` of the month before and of this one."""
    if before.score is None or now.score is None or before.exact is None or now.exact is None:
        return None
    causes = [*_member_causes(before, now, rules[1]), *_own_causes(before, now, rules)]
    causes += _points_cause(before.points, now.points)
    left = now.exact - before.exact - sum((cause.by for cause in causes), NONE)
    if left:
        causes.append(Cause("项目得分与自身工作的占比", left, "自身工作适用与否或办法中的占比有变化"))
    return _change(before.score, now.score, causes)


def _change(before: Decimal, now: Decimal, causes: Sequence[Cause]) -> Change:
    ordered = sorted(causes, key=lambda cause: (-abs(cause.by), cause.name))
    return Change(before, now, tuple(ordered))


# ---- a project's items ------------------------------------------------------------------------------------------


def _worth(item: ItemScore | None, weight: Decimal) -> Fraction:
    """What the item brings to the score of 100."""
    return 100 * (item.points or NONE) / Fraction(weight) if item is not None and item.applies and weight else NONE


def _item_name(old: ItemScore | None, new: ItemScore | None) -> str:
    item = new or old
    return f"{item.code} {item.name}" if item else ""


def _item_told(old: ItemScore | None, new: ItemScore | None, before: ProjectScore, now: ProjectScore) -> str:
    if new is None or not new.applies:
        return f"本月不适用：{new.reason if new else '办法中已没有这一项'}"
    if old is None or not old.applies:
        return f"上月不适用，本月 {new.formula}"
    parts = []
    if old.weight != new.weight:
        parts.append(f"分值由 {plain(old.weight)} 改为 {plain(new.weight)}")
    if old.s != new.s:
        parts += [f"上月 {old.formula}", f"本月 {new.formula}", *_sources_told(old, new)]
    elif before.applicable_weight != now.applicable_weight:
        parts.append(f"这一项没有变，适用分值由 {plain(before.applicable_weight)} 变为 {plain(now.applicable_weight)}")
    return "；".join(parts)


def _sources_told(old: ItemScore, new: ItemScore) -> list[str]:
    was, is_now = ({(one.kind, one.id): one.label for one in item.sources} for item in (old, new))
    told = []
    for words, labels in (
        ("本月新计入", [label for key, label in is_now.items() if key not in was]),
        ("不再计入", [label for key, label in was.items() if key not in is_now]),
    ):
        if labels:
            told.append(f"{words}{'、'.join(labels[:3])}{f'等 {len(labels)} 项' if len(labels) > 3 else ''}")
    return told


def _points_cause(before: CappedPoints, now: CappedPoints) -> list[Cause]:
    by = Fraction(now.total) - Fraction(before.total)
    if not by:
        return []
    lines = [
        [f"{line.reason or line.name}（{_signed(line.points)}）" for line in points.lines] for points in (before, now)
    ]
    told = "；".join(
        f"{words}：{'、'.join(found)}" for words, found in (("上月", lines[0]), ("本月", lines[1])) if found
    )
    return [Cause("加减分", by, told)]


def _signed(points: Decimal) -> str:
    return f"{'+' if points > 0 else ''}{plain(points)}"


# ---- a body's projects and own work -----------------------------------------------------------------------------


def _shares(body: BodyScore, rule: BodyRule) -> tuple[Fraction, Fraction]:
    """Of projects and own work as they were blended; an own part that does not apply leaves all to the projects."""
    if body.own_part is None:
        return Fraction(1), NONE
    whole = Fraction(rule.projects_share) + Fraction(rule.own_share)
    return Fraction(rule.projects_share) / whole, Fraction(rule.own_share) / whole


def _member_causes(before: BodyScore, now: BodyScore, rule: BodyRule) -> list[Cause]:
    """Projects in both months by their own change; who came and who went together, beside those that stayed."""
    share, _ = _shares(now, rule)
    old, new = ({member.project_id: member for member in body.members} for body in (before, now))
    stayed = [pk for pk in new if pk in old]
    weight = sum((Fraction(new[pk].weight) for pk in stayed), NONE)
    causes = [
        Cause(
            new[pk].name,
            share * Fraction(new[pk].weight) / weight * (new[pk].counted - old[pk].counted),
            f"项目得分 {_score(old[pk])} → {_score(new[pk])}",
            pk,
        )
        for pk in stayed
        if new[pk].counted != old[pk].counted
    ]
    moved = (now.projects_part or NONE) - (before.projects_part or NONE)
    coming = share * moved - sum((cause.by for cause in causes), NONE)
    return causes + ([Cause("项目进出", coming, _came_and_went(old, new))] if coming else [])


def _came_and_went(old: Mapping[int, MemberScore], new: Mapping[int, MemberScore]) -> str:
    came = [f"{one.name}（{_score(one)} 分）" for pk, one in new.items() if pk not in old]
    went = [f"{one.name}（上月 {_score(one)} 分）" for pk, one in old.items() if pk not in new]
    told = [f"{words}{'、'.join(names)}" for words, names in (("新计入", came), ("不再计入", went)) if names]
    return "；".join(told) or "项目权重有变化"


def _own_causes(before: BodyScore, now: BodyScore, rules: tuple[BodyRule, BodyRule]) -> list[Cause]:
    sides = []
    for body, rule in zip((before, now), rules, strict=True):
        due = sum((Fraction(item.weight) for item in body.own_items if item.applies), NONE)
        share = _shares(body, rule)[1]
        sides.append(
            {
                item.code: (item, share * 100 * (item.points or NONE) / due if item.applies else NONE)
                for item in body.own_items
            }
        )
    old, new = sides
    return [
        Cause(new[code][0].name, by, _own_told(old[code][0], new[code][0]))
        for code in new
        if code in old and (by := new[code][1] - old[code][1])
    ]


def _own_told(old: ItemScore, new: ItemScore) -> str:
    return f"上月 {old.formula or old.reason}；本月 {new.formula or new.reason}"


def _score(member: MemberScore) -> str:
    return "—" if member.score is None else str(member.score)
