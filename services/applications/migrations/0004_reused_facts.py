from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_the_clock'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='reused',
            field=models.JSONField(help_text='facts taken over, by pointer into the answers (offers.reused_line)', null=True),
        ),
    ]
