from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0039_board_members_kept")]
    operations = [
        migrations.RemoveField(model_name="board", name="archived_at"),
        migrations.RemoveField(model_name="board", name="township_board"),
    ]
