"""Who may open what of meetings and guarantees; part of tests/access_table.py."""

from tests.access_lines import (
    OFFICE,
    OTHER_UNIT,
    OWN_UNIT,
    READERS,
    Line,
    both,
    form,
    of,
    person,
    read,
    record_of,
    write,
)

MECHANISMS: list[Line] = [
    # guarantees: 冯 belongs to the unit of the target
    read("guarantee-board"),
    *form("guarantee-target-create"),
    read("guarantee-target", READERS, of("target")),
    *form("guarantee-target-edit", OFFICE, of("target")),
    *form("guarantee-entry-create", OFFICE | {"feng"}, of("target")),
    *form("guarantee-entry-edit", OFFICE | {"feng"}, of("entry")),
    read("guarantee-entry-file", READERS, of("entry")),
    *[
        line
        for kind, name, keepers in (
            ("targets", "target", OFFICE),
            ("entries", "entry", OFFICE | {"feng"}),
            ("bank-meetings", "bank-meeting", OFFICE),
            ("deals", "deal", OFFICE),
        )
        for line in (
            *form("guarantee-withdraw", keepers, record_of(kind, name), kind),
            write("guarantee-restore", keepers, record_of(kind, name), kind, {"version": 1}),
        )
    ],
    read("batch-board"),
    *both("need-create", "", OWN_UNIT, OTHER_UNIT),
    read("whitelist-board"),
    read("bank-list"),
    *form("bank-create"),
    read("bank-detail", READERS, of("bank-meeting")),
    *form("bank-edit", OFFICE, of("bank-meeting")),
    *form("bank-deal-create", OFFICE, of("bank-meeting")),
    *form("bank-deal-edit", OFFICE, of("deal")),
    # meetings: of the road's group, chaired by 钱; the other is about the list, chaired by 吴
    read("meeting-list"),
    *form("meeting-create", OFFICE | {"qian"}),
    *[
        line
        for name, keepers in (("own", OFFICE | {"qian"}), ("other", OFFICE))
        for line in (
            read("meeting-detail", READERS, of(f"{name}-meeting"), name),
            *form("meeting-edit", keepers, of(f"{name}-meeting"), name),
            *form("meeting-cancel", keepers, of(f"{name}-meeting"), name),
            write("meeting-restore", keepers, of(f"{name}-meeting"), name, {"version": 1}),
            write("meeting-agenda", keepers, of(f"{name}-meeting"), name, {"version": 1}),
            write("meeting-hold", keepers, of(f"{name}-meeting"), name, {"version": 1}),
            write("agenda-add", keepers, of(f"{name}-meeting"), name),
            read("agenda-item", READERS, of(f"{name}-item"), name),
            write("agenda-drop", keepers, of(f"{name}-item"), name),
            write("agenda-back", keepers, of(f"{name}-item"), name, {"version": 1}),
            write("agenda-move", keepers, of(f"{name}-item"), name, {"version": 1}),
            write("agenda-minutes", keepers, of(f"{name}-item"), name),
            write("agenda-decide", keepers, of(f"{name}-item"), name),
        )
    ],
    *form("minutes-issue", OFFICE, of("held-meeting")),
    read("minutes-draft", READERS, of("held-meeting")),
    read("minutes-detail", READERS, of("minutes")),
    read("minutes-file", READERS, of("minutes")),
    read("meeting-pack", OFFICE | {"qian"}, person("leader_qian"), "own"),
    read("meeting-pack", OFFICE, person("leader_wu"), "other"),
    read("meeting-pack-word", OFFICE | {"qian"}, person("leader_qian")),
]
