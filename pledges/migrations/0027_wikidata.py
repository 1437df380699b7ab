"""What Wikidata calls each country."""

import django.core.validators
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0026_claims'),
    ]

    operations = [
        migrations.AddField(
            model_name='country',
            name='wikidata',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of the entry about this very state, for example Q142; empty where that is not certain.', max_length=20, validators=[django.core.validators.RegexValidator('^Q[1-9][0-9]*\\Z', 'Enter a capital Q and digits, for example Q142.')], verbose_name='Wikidata identifier'),
        ),
        migrations.AddField(
            model_name='historicalcountry',
            name='wikidata',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of the entry about this very state, for example Q142; empty where that is not certain.', max_length=20, validators=[django.core.validators.RegexValidator('^Q[1-9][0-9]*\\Z', 'Enter a capital Q and digits, for example Q142.')], verbose_name='Wikidata identifier'),
        ),
        migrations.AddConstraint(
            model_name='country',
            constraint=models.CheckConstraint(condition=models.Q(('wikidata', ''), models.Q(django.db.models.lookups.Exact(models.Func(models.F('wikidata'), models.Value('0123456789'), function='RTRIM', output_field=models.CharField()), models.Value('Q')), models.Q(('wikidata', 'Q'), _negated=True), models.Q(('wikidata__startswith', 'Q0'), _negated=True)), _connector='OR'), name='country_wikidata_has_its_form', violation_error_message='Enter a capital Q and digits, for example Q142.'),
        ),
        migrations.AddConstraint(
            model_name='country',
            constraint=models.UniqueConstraint(condition=models.Q(('wikidata', ''), _negated=True), fields=('wikidata',), name='country_wikidata_is_unique', violation_error_code='unique', violation_error_message='Another country has this Wikidata identifier.'),
        ),
    ]
