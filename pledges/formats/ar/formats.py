"""Arabic dates and numbers: 11 فبراير 2016, 1,500 (Django's own differ)."""

DATE_FORMAT = "j F Y"
YEAR_MONTH_FORMAT = "F Y"
DATETIME_FORMAT = "j F Y، H:i"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
# month or day first is for nobody to guess; the calendar of the admin writes so, too
DATE_INPUT_FORMATS = ["%Y-%m-%d"]
