"""What a page repeats by the hundred, as HTML: a loop of a template takes ten times as long. No more than that."""

from functools import lru_cache, partial
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, pgettext

from pledges.history.as_of import known_on
from pledges.record import wording
from pledges.templatetags.pledges_tags import below, latest, middle, path_to, tenth

register = template.Library()

CHECKED = {True: mark_safe(" checked"), False: ""}
# more than all that is offered in both languages
MOST = 4096


@register.simple_tag
def choices(box):
    """The choices of a filter (`views.browsing.offered`), each with its number of pledges."""
    language, name = get_language(), box["name"]
    return joined(
        f"{choice_start(choice['total'] == 0 and not choice['refusals'])}"
        f"{tick_box(name, choice['value'], choice['label'], choice['ticked'])}"
        f"{numbers(language, choice['total'], choice['refusals'])}</label>"
        for choice in box["choices"]
    )


def joined(parts):
    # each part is escaped
    return mark_safe("".join(parts))  # noqa: S308


def choice_start(is_zero):
    return f'<label class="choice{" zero" if is_zero else ""}">'


@lru_cache(maxsize=MOST)
def tick_box(name, value, label, ticked):
    return format_html(
        '<input\ntype="checkbox" name="{}" value="{}"{}>\n<bdi>{}</bdi>', name, value, CHECKED[ticked], label
    )


@lru_cache(maxsize=MOST)
def numbers(language, total, refusals):
    """The numbers beside a choice: none where the query cannot be read."""
    if refusals and not total:
        return format_html(' <span class="refusals">{}</span>\n', wording.refusals(refusals))
    return "" if total is None else format_html(" <span>{}</span>", wording.number(total))


@register.simple_tag
def column_boxes(boxes):
    """The boxes of the columns that can be shown: (name, heading, whether it is ticked)."""
    return joined(column_box(*box) for box in boxes)


@lru_cache(maxsize=MOST)
def column_box(name, heading, ticked):
    return format_html(
        '<label><input type="checkbox" name="columns" value="{}"{}> {}</label>\n', name, CHECKED[ticked], heading
    )


# The matrix


@register.simple_tag
def cells(row, shows, nothing):
    """The cells of a row of the matrix, which show what `shows` says; `nothing` is said of an empty one."""
    empty = format_html('<td class="zero-{}"><span\nclass="visually-hidden">{}</span></td>\n', row.nothing, nothing)
    start, to_list = f"{row.name}{gettext(', ')}", to_list_of()
    return joined(
        cell(start + column, shows, found, tally, depth, to_list) if found else empty
        for found, tally, depth, column in row.cells
    )


def to_list_of():
    """A function: query to the address of its list, as `path_to` gives it: where and of which day is asked once."""
    path = path_to("pledge-list")
    if known_on():
        return partial(path_to, "pledge-list")
    return lambda query: path_to("pledge-list", query=None) if query is None else f"{path}?{query}"


def cell(name, shows, found, tally, depth, to_list):
    pledges = refusals = ""
    if found.pledges:
        label = f"{name}: {wording.pledges(found.pledges)}"
        address = escape(to_list(query=tally.query))
        pledges = f'<a\nhref="{address}"\naria-label="{escape(label)}"\n>{shown(found, shows)}</a\n>'
    if found.refusals:
        refusals = refusals_of(name, tally, to_list)
    return f'<td\nclass="{f"shade-{depth}" if found.pledges else "declined"}">{pledges}{refusals}</td>'


def shown(found, shows):
    if shows == "reached":
        stage = found.reached
        return format_html(
            '<span\nclass="status stage-{}"><span\nclass="visually-hidden">{}</span></span>\n', stage, stage.label
        )
    return latest(found) if shows == "latest" else wording.number(found.pledges)


def refusals_of(name, tally, to_list):
    return format_html(
        '<a class="refusals" href="{}"\naria-label="{}{}"\n>{}</a>\n',
        to_list(query=tally.refusals_query),
        f"{name}: " if name else "",
        wording.refusals(tally.refusals),
        wording.number(tally.refusals),
    )


@register.simple_tag
def sum_of(name, tally):
    """The sum of a row or a column of the matrix, or of all."""
    label = format_html('\naria-label="{}: {}"', name, wording.pledges(tally.pledges)) if name else ""
    to_list = to_list_of()
    path = to_list(query=tally.query)
    pledges = format_html('<a href="{}"{}>{}</a>', path, label, wording.number(tally.pledges)) if tally.pledges else "0"
    return format_html("{}\n{}", pledges, refusals_of(name, tally, to_list) if tally.refusals else "")


# The free table


@register.simple_tag
def table_rows(table):
    """The rows of the free table (`charts.table.Table`)."""
    writer = CellWriter(table)
    return joined(
        f'<tr>\n<th scope="row"><bdi>{escape(line.name)}</bdi></th>\n'
        f"{writer.cells(line.whole, line.cells, escape(line.name), line.depths)}</tr>\n"
        for line in table.lines
    )


@register.simple_tag
def table_totals(table, name):
    """The cells of its last row, which is called `name`."""
    return joined([CellWriter(table).cells(table.whole, table.totals, escape(name), [0] * len(table.columns))])


class CellWriter:
    """Writes cells: the value, which leads to its rows; small, how many pledges it rests on, or refusals beside it."""

    def __init__(self, table):
        self.to_list, self.has_total = to_list_of(), not table.has_all_values
        self.labels = [escape(f"{gettext(', ')}{column.name}") for column in table.columns]
        self.none = f'<td><span\nclass="visually-hidden">{escape(gettext("None"))}</span></td>\n'

    def cells(self, whole, cells, name, depths):
        """Those of a row, its total first where there is one; `name` is that of the row, escaped."""
        of_columns = zip(cells, self.labels, depths, strict=True)
        found = [self.cell(cell, name + label, f"shade-{depth}") for cell, label, depth in of_columns]
        return "".join([self.cell(whole, name, "sum"), *found] if self.has_total else found)

    def cell(self, cell, name, css):
        """`name` is what the cell is of, escaped."""
        refusals = self.refusals(cell, name) if cell.refusals else ""
        if cell.number is None:
            return f'<td\nclass="declined">{refusals}</td>\n' if refusals else self.none
        pledges = wording.pledges(cell.rests_on)
        if cell.value == "count":
            return f'<td\nclass="{css}">{self.link(cell.text, cell.query, f"{name}: {pledges}")}{refusals}</td>\n'
        # a sign after a number stays there in Arabic
        text = f'<bdi dir="ltr">{cell.text}</bdi>' if cell.is_open else cell.text
        value = self.link(text, cell.query, f"{name}: {cell.text} ({pledges})")
        rests = f"({wording.number(cell.rests_on)})"
        if cell.whole_query is not None:
            rests = self.link(rests, cell.whole_query, f"{name}: {pledges}")
        return f'<td\nclass="{css}">{value}<small>{rests}</small></td>\n'

    def link(self, text, query, label):
        if query is None:
            return f"<span>{text}</span>"
        return f'<a\nhref="{escape(self.to_list(query=query))}"\naria-label="{label}"\n>{text}</a\n>'

    def refusals(self, cell, name):
        label = f"{name}: {wording.refusals(cell.refusals)}"
        address = escape(self.to_list(query=cell.refusals_query))
        return f'<a class="refusals" href="{address}"\naria-label="{label}">{wording.number(cell.refusals)}</a\n>'


# The timeline


@register.simple_tag
def timeline_bars(drawing, origin):
    """The bars of a `charts.timeline.Drawing`, each with a link to its rows."""
    to_list, comma = to_list_of(), gettext(", ")
    return joined(timeline_bar(mark, f"{mark.period.label}{comma}", origin, to_list) for mark in drawing.bars)


def timeline_bar(mark, start, origin, to_list):
    address, title = escape(f"{origin}{to_list(query=mark.query)}"), escape(f"{start}{mark.label}: {mark.number}")
    shape = f'<rect class="{mark.kind}"\n{placed(mark)}/>'
    return f'<a href="{address}" tabindex="-1">\n<title>{title}</title>{shape}</a>\n'


@register.simple_tag
def timeline_cells(row):
    """The numbers of a row of its table: by group of types, in all, of later steps."""
    to_list = to_list_of()
    cells = [("<td>", pair) for pair in row["groups"]] + [('<td class="sum">', pair) for pair in row["totals"]]
    return joined(f"{start}{linked_number(*pair, to_list)}</td>\n" for start, pair in cells)


def linked_number(number, query, to_list):
    return f'<a href="{escape(to_list(query=query))}">{wording.number(number)}</a>' if number else "0"


# The timeline by month


@register.simple_tag
def panel_marks(drawing, origin, links):
    """What a `charts.panels.Drawing` has of each month or year, with a link to its rows if that is wanted."""
    to_list = to_list_of()
    return joined(panel_mark(mark, origin, to_list if links else None) for mark in [*drawing.marks, *drawing.spans])


def panel_mark(mark, origin, to_list):
    shapes = [
        f'<rect class="span" rx="3" {placed(mark.box)}/>' if mark.is_span else "",
        f'<rect class="bar-most" {placed(mark.most)}/>' if mark.most else "",
        f'<rect class="bar-least" {placed(mark.least)}/>' if mark.least else "",
        caret(mark.caret) if mark.caret else "",
    ]
    if mark.words:
        shapes.append(f'<text class="year" x="{middle(mark.box)}" y="{below(mark.box)}">{escape(mark.words)}</text>')
    if not to_list:
        return "".join(shapes)
    slot = "" if mark.is_span else slot_of(mark.box)
    dot = f'<circle class="point" cx="{tenth(mark.dot[0])}" cy="{tenth(mark.dot[1])}" r="4"/>' if mark.dot else ""
    address = escape(f"{origin}{to_list(query=mark.shown.query)}")
    title = f"<title>{escape(mark.shown.name)}</title>"
    return f'<a href="{address}" tabindex="-1">{title}\n{slot}{"".join(shapes)}{dot}</a>\n'


def slot_of(box):
    """The box that is hit, shorter than as a `rect`."""
    across = tenth(box.width)
    return f'<path class="slot" d="M{tenth(box.x)} {tenth(box.y)}h{across}v{tenth(box.height)}h-{across}z"/>'


def placed(box):
    return f'x="{tenth(box.x)}" y="{tenth(box.y)}" width="{tenth(box.width)}" height="{tenth(box.height)}"'


@register.simple_tag
def caret(place):
    """The arrow above what may be more."""
    x, y = map(tenth, place)
    return mark_safe(f'<path class="caret" transform="translate({x} {y})" d="M-3 0L0 -4L3 0"/>')  # noqa: S308, numbers


@register.simple_tag
def month_rows(chart):
    """The rows of a `charts.by_month.Chart`: of each month its values, each with a link to its rows."""
    to_list = to_list_of()
    return joined(
        f'<tr>\n<th scope="row">{escape(label)}</th>\n{month_cells(values, chart, to_list)}'
        f"{month_refusals(refusals, query, to_list) if chart.shows_refusals else ''}</tr>\n"
        for label, values, refusals, query in chart.lines
    )


@register.simple_tag
def month_feet(chart):
    """Its last rows; in a table of the whole the value stands below what there is so far."""
    to_list, before = to_list_of(), "" if chart.split else "<td></td>\n"
    after = "<td></td>\n" if chart.shows_refusals else ""
    return joined(
        f'<tr>\n<th scope="row">{escape(label)}</th>\n{before}{month_cells(values, chart, to_list)}{after}</tr>\n'
        for label, values in chart.feet
    )


def month_cells(values, chart, to_list):
    # how many pledges each rests on where there is room for it
    return "".join(month_cell(shown, chart.is_sum and not chart.split, to_list) for shown in values)


def month_cell(shown, rests_on, to_list):
    number = shown.value.number
    if not number or not shown.name:
        return f'<td class="none">{shown.value.text}</td>\n'
    rests = f"<small>({wording.number(number)})</small>" if rests_on else ""
    return f'<td><a\nhref="{escape(to_list(query=shown.query))}"\n>{shown.value.text}</a\n>{rests}</td>\n'


def month_refusals(refusals, query, to_list):
    if not refusals:
        return '<td class="none">0</td>\n'
    return f'<td><a\nhref="{escape(to_list(query=query))}"\n>{wording.number(refusals)}</a\n></td>\n'


# The compact table of pledges


@register.simple_tag
def compact_rows(lines):
    """The rows of the compact table, from `views.compact_table`."""
    words = {
        "reached": gettext("Stage reached"),
        "now": pgettext("what holds", "Now"),
        "conditional": f'<span class="mark">{escape(gettext("Conditional"))}</span>\n',
        "in_title": f'<p class="in-title">{escape(gettext("Found in the title of a source"))}</p>\n',
        "not_stated": f'<span class="muted">{escape(gettext("Not stated"))}</span>',
    }
    return joined(compact_row(line, words) for line in lines)


def compact_row(line, words):
    text = {name: escape(value) if isinstance(value, str) else value for name, value in line.items()}
    party = f'<bdi class="group" title="{text["party"]}">{text["short_party"]}</bdi>'
    if line["country_path"]:
        party = f'<a href="{text["country_path"]}"><bdi>{text["party"]}</bdi></a>'
    announced = text["announced"]
    if line["day"]:
        announced = f'<time datetime="{text["day"]}">{announced}</time>'
    return f"""<tr role="row">
<td role="cell" class="col-country"><input
type="checkbox" name="id" value="{text["slug"]}" form="basket"{CHECKED[line["is_ticked"]]} aria-label="{text["tick"]}">
{party}
</td>
<td role="cell" class="col-type">
<a class="pledge-link" href="{text["path"]}" title="{text["summary"]}"><bdi>{text["type"]}</bdi></a>
{words["conditional"] if line["is_conditional"] else ""}{words["in_title"] if line["is_in_title"] else ""}</td>
<td role="cell" class="col-change">{text["change"]}</td>
<td role="cell" class="col-quantity">
{f"<bdi>{text['quantity']}</bdi>" if line["quantity"] else words["not_stated"]}
</td>
<td role="cell" class="col-status">
<span class="status stage-{text["stage"]}">{text["status"]}</span>
{later(words["reached"], text["reached"])}{later(words["now"], text["now"])}{of_then(line["then"])}</td>
<td role="cell" class="col-announced">{announced}</td>
<td role="cell" class="col-attribution" title="{text["speaker"]}">
<bdi>{text["short_speaker"]}</bdi></td>
<td role="cell" class="col-evidence">
<span class="grade grade-{text["grade"]}">{text["evidence"]}</span>
<span class="speaker">{text["sources"]}</span>
</td>
</tr>
"""


def later(label, words):
    """What became of a pledge after its day, where that is something else."""
    if not words:
        return ""
    return (
        '<span class="speaker"><span class="arrow" aria-hidden="true">→</span>\n'
        f'<span class="visually-hidden">{escape(label)}:</span> {words}</span>\n'
    )


@register.simple_tag
def then_of(then, slug):
    """What `views.then` says of a pledge."""
    return of_then(then.get(slug, ())) if then else ""


def of_then(said):
    return joined(f'<span class="speaker then">{escape(words)}</span>\n' for words in said)
