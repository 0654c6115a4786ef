"""Which countries the statements speak of, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scraper.browse.words import country_name

PICTURED = 12  # countries with a picture of their own


@dataclass(frozen=True, slots=True)
class Country:
    """One country's statements by year."""

    code: str
    name: str
    years: Mapping[str, int]

    @property
    def top(self) -> int:
        """The largest number of one year."""
        return max(self.years.values(), default=0)

    @property
    def count(self) -> int:
        """Statements in all years, undated ones included."""
        return sum(self.years.values())


@dataclass(frozen=True, slots=True)
class SourcePicture:
    """One country as one source speaks of it: a small multiple."""

    source: str
    title: str
    years: Mapping[str, int]

    @property
    def count(self) -> int:
        """Statements in all years."""
        return sum(self.years.values())


@dataclass(frozen=True, slots=True)
class CountriesPage:
    """All countries, or one of them source by source."""

    countries: Sequence[Country]  # most statements first
    years: Sequence[str]  # without gaps
    top: int  # the largest number of one country in one year
    by_source: Sequence[SourcePicture]  # for one chosen country
    chosen: Country | None

    @property
    def source_top(self) -> int:
        """The largest number of one source in one year, for the chosen country."""
        return max((count for found in self.by_source for count in found.years.values()), default=0)


Counted = Mapping[str, Mapping[str, Mapping[str, int]]]


def read(counted: Counted, titles: Mapping[str, str], source: str | None, country: str | None) -> CountriesPage:
    """From the figures by country, source and year; only *source* if given, *country* in detail if given."""
    countries = []
    for code, by_source in counted.items():
        years: dict[str, int] = {}
        for name, counts in by_source.items():
            if source in (None, name):
                for year, count in counts.items():
                    years[year] = years.get(year, 0) + count
        if years:
            countries.append(Country(code, country_name(code), years))
    countries.sort(key=lambda found: (-found.count, found.name))
    chosen = next((found for found in countries if found.code == country), None)
    pictures = []
    if chosen:
        pictures = [SourcePicture(name, titles.get(name, name), years) for name, years in counted[chosen.code].items()]
        pictures.sort(key=lambda picture: (-picture.count, picture.title))
    dated = sorted(year for found in countries for year in found.years if year.isdigit())
    spread = [str(year) for year in range(int(dated[0]), int(dated[-1]) + 1)] if dated else []
    top = max((count for found in countries for year, count in found.years.items() if year.isdigit()), default=0)
    return CountriesPage(countries, spread, top, pictures, chosen)
