"""Until now 停工, 调出 and 终止 were asked for without evidence of their own; it stood among the reasons, if anywhere."""

from django.db import migrations

KINDS = ["stop", "leave", "terminate"]


def point_to_the_reason(apps, _):
    requests = apps.get_model("projects", "ChangeRequest").objects
    requests.filter(kind__in=KINDS, evidence="", file="").update(evidence="见情况说明")


class Migration(migrations.Migration):
    dependencies = [("projects", "0058_problem_other_assigners")]

    operations = [migrations.RunPython(point_to_the_reason, migrations.RunPython.noop)]
