from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_trials'),
    ]

    operations = [
        migrations.AlterField(
            model_name='replay',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waits for a worker'), ('running', 'Runs'), ('done', 'Finished'), ('failed', 'Could not be finished'), ('superseded', 'Another was asked for')], default='waiting', max_length=10),
        ),
    ]
