from datetime import timedelta

from django.conf import settings
from django.db import migrations, models
from django.utils.timezone import localtime

_SATURDAY = 5


def tell_days_asked(apps, schema_editor):
    """Write how many working days each open hop was asked back in, as the calendar stands."""
    holidays = set(apps.get_model("agencies", "Holiday").objects.values_list("date", flat=True))
    for hop in apps.get_model("applications", "Hop").objects.filter(left_at=None, answer_by__isnull=False):
        start = localtime(hop.at).date()
        days = (start + timedelta(days=each + 1) for each in range((hop.answer_by - start).days))
        hop.answer_in = sum(day.weekday() < _SATURDAY and day not in holidays for day in days)
        hop.save(update_fields=["answer_in"])


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_head_of_agency'),
        ('applications', '0024_reused_files'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='hop',
            name='answer_in',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='hop',
            index=models.Index(condition=models.Q(('answer_in__isnull', False), ('left_at', None)), fields=['answer_by', 'id'], name='applications_hops_asked_back'),
        ),
        migrations.RunPython(tell_days_asked, migrations.RunPython.noop),
    ]
