from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts_proofing", "0002_recoveries"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="recovery",
            name="digest",
        ),
    ]
