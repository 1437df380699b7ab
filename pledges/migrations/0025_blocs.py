"""Blocs of states and their members, and the blocs of each pledge as files show them; who may change them."""

import datetime
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

EDITORS = ["view_bloc", "view_blocmember"]
VERBS = {"bloc": ("add", "change"), "blocmember": ("add", "change", "delete")}
GRANTED = {
    "Editors": EDITORS,
    "Reviewers": [*EDITORS, *(f"{verb}_{model}" for model, verbs in VERBS.items() for verb in verbs)],
}


def grant(apps, schema_editor):
    config = apps.get_app_config("pledges")
    config.models_module = True  # permissions are made after all migrations; these are needed now
    create_permissions(config, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    config.models_module = None
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GRANTED.items():
        found = permission.objects.filter(content_type__app_label="pledges", codename__in=codenames)
        for row in group.objects.filter(name=name):
            row.permissions.add(*found)


def revoke(apps, schema_editor):
    permission = apps.get_model("auth", "Permission")
    permission.objects.filter(content_type__app_label="pledges", content_type__model__in=VERBS).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0024_until'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bloc',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(db_default=1, default=1, editable=False, serialize=False, verbose_name='version')),
                ('slug', models.CharField(help_text='Part of public addresses and exports: never change it.', max_length=50, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z', 'Use small Latin letters, digits and hyphens, for example “nl-2016-01-syria”.')], verbose_name='slug')),
                ('name_en', models.CharField(max_length=100, unique=True, verbose_name='name in English')),
                ('name_ar', models.CharField(max_length=100, unique=True, verbose_name='name in Arabic')),
                ('definition_en', models.TextField(verbose_name='definition in English')),
                ('definition_ar', models.TextField(verbose_name='definition in Arabic')),
            ],
            options={
                'verbose_name': 'bloc',
                'verbose_name_plural': 'blocs',
                'ordering': ('slug',),
            },
        ),
        migrations.AddField(
            model_name='commitment',
            name='bloc_names_ar',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='blocs in Arabic, for exports'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='bloc_names_en',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='blocs in English, for exports'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='bloc_slugs',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='blocs, for exports'),
        ),
        migrations.AddField(
            model_name='historicalcommitment',
            name='bloc_names_ar',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='blocs in Arabic, for exports'),
        ),
        migrations.AddField(
            model_name='historicalcommitment',
            name='bloc_names_en',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='blocs in English, for exports'),
        ),
        migrations.AddField(
            model_name='historicalcommitment',
            name='bloc_slugs',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='blocs, for exports'),
        ),
        migrations.CreateModel(
            name='BlocMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(blank=True, help_text='Order of entry; filled in by itself.', null=True, verbose_name='position')),
                ('member_since', models.DateField(blank=True, help_text='Empty if it was a member since before all pledges.', null=True, verbose_name='member since')),
                ('member_until', models.DateField(blank=True, help_text='The last day of the membership; empty if it goes on.', null=True, verbose_name='member until')),
                ('bloc', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='pledges.bloc', verbose_name='bloc')),
                ('country', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bloc_memberships', to='pledges.country', verbose_name='country')),
            ],
            options={
                'verbose_name': 'bloc membership',
                'verbose_name_plural': 'bloc memberships',
                'ordering': ('bloc', 'country', 'position'),
                'constraints': [models.UniqueConstraint(fields=('bloc', 'country', 'position'), name='bloc_member_position_is_unique'), models.CheckConstraint(condition=models.Q(('member_since', None), ('member_until', None), ('member_since__lte', models.F('member_until')), _connector='OR'), name='bloc_member_joins_before_it_leaves', violation_error_message='The membership ends before it begins.')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalBloc',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('record_version', models.PositiveIntegerField(null=True, verbose_name='version of the record')),
                ('until', models.DateTimeField(db_default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), editable=False)),
                ('version', models.PositiveIntegerField(db_default=1, default=1, editable=False, serialize=False, verbose_name='version')),
                ('slug', models.CharField(db_index=True, help_text='Part of public addresses and exports: never change it.', max_length=50, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z', 'Use small Latin letters, digits and hyphens, for example “nl-2016-01-syria”.')], verbose_name='slug')),
                ('name_en', models.CharField(db_index=True, max_length=100, verbose_name='name in English')),
                ('name_ar', models.CharField(db_index=True, max_length=100, verbose_name='name in Arabic')),
                ('definition_en', models.TextField(verbose_name='definition in English')),
                ('definition_ar', models.TextField(verbose_name='definition in Arabic')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('edit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pledges.edit', verbose_name='edit')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical bloc',
                'verbose_name_plural': 'historical blocs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['until', 'history_date'], name='bloc_of_a_day')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBlocMember',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('record_version', models.PositiveIntegerField(null=True, verbose_name='version of the record')),
                ('until', models.DateTimeField(db_default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), editable=False)),
                ('position', models.PositiveSmallIntegerField(blank=True, help_text='Order of entry; filled in by itself.', null=True, verbose_name='position')),
                ('member_since', models.DateField(blank=True, help_text='Empty if it was a member since before all pledges.', null=True, verbose_name='member since')),
                ('member_until', models.DateField(blank=True, help_text='The last day of the membership; empty if it goes on.', null=True, verbose_name='member until')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('bloc', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.bloc', verbose_name='bloc')),
                ('country', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.country', verbose_name='country')),
                ('edit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pledges.edit', verbose_name='edit')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical bloc membership',
                'verbose_name_plural': 'historical bloc memberships',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['until', 'history_date'], name='blocmember_of_a_day')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(grant, revoke),
    ]
