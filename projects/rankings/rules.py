"""What other files use of scoring. Pure: facts and a scheme in, scores and places out (docs/decisions/0004)."""

from projects.rankings.figures import COLUMNS as RANKING_COLUMNS
from projects.rankings.figures import RankedLine, Tally
from projects.rankings.figures import cells as ranking_cells
from projects.rankings.scoring.body import BodyScore, MemberScore, OwnWork, reports_of, score_body
from projects.rankings.scoring.facts import (
    MilestoneFact,
    PermitFact,
    PointFact,
    ProblemFact,
    ProjectFacts,
    ReportFact,
    Source,
)
from projects.rankings.scoring.frozen import canonical_bytes, digest, from_json, to_json
from projects.rankings.scoring.items import ItemScore, item_rule
from projects.rankings.scoring.places import Placed, RankRow, body_row, project_row, rank
from projects.rankings.scoring.points import CappedPoints, PointLine
from projects.rankings.scoring.printed import SchemeTables, scheme_tables
from projects.rankings.scoring.project import ProjectScore, score_project
from projects.rankings.scoring.scheme import (
    TIE_BREAKS,
    BodyRule,
    OwnItem,
    PointRule,
    Scheme,
    SchemeItem,
    default_scheme,
    scheme_faults,
    scheme_from_rows,
    scheme_parameters,
)

__all__ = [
    "RANKING_COLUMNS",
    "TIE_BREAKS",
    "BodyRule",
    "BodyScore",
    "CappedPoints",
    "ItemScore",
    "MemberScore",
    "MilestoneFact",
    "OwnItem",
    "OwnWork",
    "PermitFact",
    "Placed",
    "PointFact",
    "PointLine",
    "PointRule",
    "ProblemFact",
    "ProjectFacts",
    "ProjectScore",
    "RankRow",
    "RankedLine",
    "ReportFact",
    "Scheme",
    "SchemeItem",
    "SchemeTables",
    "Source",
    "Tally",
    "body_row",
    "canonical_bytes",
    "default_scheme",
    "digest",
    "from_json",
    "item_rule",
    "project_row",
    "rank",
    "ranking_cells",
    "reports_of",
    "scheme_faults",
    "scheme_from_rows",
    "scheme_parameters",
    "scheme_tables",
    "score_body",
    "score_project",
    "to_json",
]
