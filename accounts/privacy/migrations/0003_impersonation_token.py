from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts_privacy', '0002_breach_once'),
    ]

    operations = [
        # No row was ever made before there was a token.
        migrations.AddField(
            model_name='impersonation',
            name='token_checksum',
            field=models.CharField(default='', help_text='SHA-256 of its access token', max_length=64, unique=True),
            preserve_default=False,
        ),
    ]
