"""HTML in tests."""

import re


def tight(html):
    """The same without blanks beside tags and with single ones elsewhere: however the template is laid out."""
    single = re.sub(r"\s+", " ", html).replace(" >", ">")
    return re.sub(r" ?(<[^>]*>) ?", r"\1", single)


def stated(html):
    """How many rows the heading of an English page of results states: its pledges and its refusals."""
    heading = re.search(r'role="status">(.*?)</p>', html, re.S)[1]
    return sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) (?:pledge|refusal)", heading))
