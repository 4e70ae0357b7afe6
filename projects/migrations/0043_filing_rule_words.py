# Generated

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0042_review_rounds'),
    ]

    operations = [
        migrations.AddField(
            model_name='filingrule',
            name='idle_words',
            field=models.CharField(default='未开工、未动工、没有开工、没有动工、无进展、没有进展、停工', max_length=200, verbose_name='形象进度里算没有进展的话'),
        ),
        migrations.AddField(
            model_name='filingrule',
            name='problem_workdays',
            field=models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(250)], verbose_name='问题办理时限（工作日）'),
        ),
    ]
