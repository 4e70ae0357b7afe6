import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_bulletins")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="plan",
            field=models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
        ),
        migrations.AddField(model_name="importrow", name="writes", field=models.TextField(blank=True)),
    ]
