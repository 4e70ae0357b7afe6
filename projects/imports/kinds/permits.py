"""手续办理情况表 (K5) of registered projects, whatever list they stand in, or in none: read like a list of projects, registering none."""

from functools import partial

from projects.imports.applying import prepare_plan, write_plan
from projects.imports.kinds.kind import Kind
from projects.imports.matching.plan import match
from projects.imports.reading.kinds import PERMITS

KIND = Kind(
    PERMITS,
    "手续办理情况表（项目都已登记，不分清单）",
    partial(match, registers=False),
    prepare_plan,
    write_plan,
)
