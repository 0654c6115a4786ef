"""Write the tables of countries and places that the extractor reads.

    python training/countries/build.py

Names come from CLDR (through babel), the rest from the files beside this script: `aliases.psv` (official, short and old
names, names that are not countries), `demonyms.psv` (adjectives and peoples), `cities.txt` (places that releases are
dated from). Forms of gender, number and case are made here, so that reading a text is looking up its words.
Output: `scraper/extractor/country_names/LANGUAGE.txt` (code, tab, names separated by "|"; code "-": not a country;
"~CD,CG": one of these) and `scraper/extractor/country_names/places.txt` (one folded name a line).
"""

from __future__ import annotations

import re
from pathlib import Path

from babel import Locale

from scraper.extractor.months import fold

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "scraper" / "extractor" / "country_names"
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh", "de", "pt", "it", "fa")
DEMONYM_COLUMNS = {"en": 1, "fr": 2, "es": 3, "ru": 4, "ar": 5}
NOT_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}
ADJECTIVE_ENDINGS = ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими")
# CLDR spells these in a way that no text does; the aliases have the names.
ODD_IN_CLDR = {"CD", "CG", "KR", "KP", "PS", "HK", "MO", "VA", "US", "GB", "GS", "BQ", "SX", "UM", "HM", "TF", "IO"}


def rows(name: str) -> list[list[str]]:
    """The rows of a table, comments left out."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.split("|") for line in lines if line and not line.startswith("#")]


def cldr_names(language: str) -> dict[str, str]:
    """Code to name as CLDR has it, brackets cut off."""
    found = {}
    for code, name in Locale(language).territories.items():
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES:
            found[code] = re.sub(r"\s*[（(].*?[)）]", "", name).strip()
    return found


def spellings(name: str, language: str) -> list[str]:
    """A CLDR name and the ways in which texts write its ampersand and its saints."""
    joined = {"en": " and ", "fr": " et ", "es": " y ", "pt": " e ", "it": " e ", "de": " und "}.get(language, " & ")
    name = name.replace(" & ", joined)
    found = [name, re.sub(r"\bSt\. ", "Saint ", name)]
    if language == "en":
        found.append(re.sub(r"\bSaint ", "St. ", name))
    if language == "fa":
        found.append(name.replace("\u0654", "").replace("\u200c", " "))
    return found


def russian_cases(name: str) -> list[str]:
    """The cases of a country's name; of a name in two parts only the last declines."""
    if " " in name:
        return [name]
    if name.endswith("ия"):
        return [name[:-1] + ending for ending in ("я", "и", "ю", "ей")]
    if name.endswith("ея"):
        return [name[:-1] + ending for ending in ("я", "и", "е", "ю", "ей")]
    if name.endswith("а"):
        plural = "и" if name[-2] in "гкхжчшщ" else "ы"
        return [name[:-1] + ending for ending in ("а", plural, "е", "у", "ой")]
    if name.endswith("й"):
        return [name[:-1] + ending for ending in ("й", "я", "ю", "ем", "е")]
    if name.endswith("ь"):
        return [name[:-1] + ending for ending in ("ь", "я", "ю", "ем", "е", "и", "ью")]
    if name.endswith("ы"):
        return [name, name[:-1], *(name[:-1] + ending for ending in ("ам", "ами", "ах"))]
    if name[-1] in "аеёиоуыэюя":
        return [name]
    return [name + ending for ending in ("", "а", "у", "ом", "е")]


def russian_forms(stem: str) -> list[str]:
    """An adjective (stems in -ск, -цк) or a people in all cases."""
    if stem.endswith(("ск", "цк")):
        return [stem + end for end in ADJECTIVE_ENDINGS]
    if stem.endswith(("ян", "чан")):
        return [stem + end for end in ("е", "", "ам", "ами", "ах", "ин", "ина")]
    if stem.endswith("ц"):
        return [stem[:-1] + "ец", *(stem + end for end in ("а", "у", "ем", "ы", "ев", "ам", "ами", "ах"))]
    return [stem + end for end in ("", "а", "у", "ом", "ы", "и", "ов", "ам", "ами", "ах")]


def french_forms(word: str) -> list[str]:
    """Gender and number of a French adjective."""
    if word.endswith(("ien", "éen", "yen")):
        feminine = word + "ne"
    elif word.endswith("ec"):
        feminine = word + "que"
    elif word.endswith("turc"):
        feminine = "turque"
    elif word.endswith("ton"):
        feminine = word + "ne"
    elif word.endswith(("e", "è", "é", "i")):
        feminine = word if word.endswith("e") else word + "e"
    else:
        feminine = word + "e"
    plural = word if word.endswith("s") else word + "s"
    return [word, feminine, plural, feminine + "s"]


def spanish_forms(word: str) -> list[str]:
    """Gender and number of a Spanish adjective."""
    if word.endswith("o"):
        return [word[:-1] + end for end in ("o", "a", "os", "as")]
    for accented, plain in (("és", "es"), ("án", "an"), ("ón", "on")):
        if word.endswith(accented):
            stem = word[: -len(accented)]
            return [word, *(stem + plain + end for end in ("a", "es", "as"))]
    if word.endswith("ol"):
        return [word, word + "a", word + "es", word + "as"]
    if word.endswith("í"):
        return [word, word + "es", word[:-1] + "ís"]
    return [word, word + "s"] if word[-1] in "aeiouú" else [word]


def arabic_forms(word: str) -> list[str]:
    """Gender and number of a nisba; the article is the reader's business."""
    return [word, word + "ة", word + "ون", word + "ين", word + "ات"]


FORMS = {"fr": french_forms, "es": spanish_forms, "ru": russian_forms, "ar": arabic_forms}


def demonyms(language: str) -> dict[str, list[str]]:
    """Code to all forms of its adjectives and peoples."""
    column = DEMONYM_COLUMNS.get(language)
    found: dict[str, list[str]] = {}
    for row in rows("demonyms.psv") if column else []:
        for word in filter(None, (part.strip() for part in row[column].split(","))):
            forms = FORMS.get(language)
            if word.endswith("*") or forms is None:
                found.setdefault(row[0], []).append(word.rstrip("*"))
            else:
                found.setdefault(row[0], []).extend(forms(word))
    return found


def table(language: str) -> dict[str, list[str]]:
    """Code to every name by which *language* calls it."""
    names: dict[str, list[str]] = {}
    for code, name in cldr_names(language).items():
        if code not in ODD_IN_CLDR or language == "zh":
            for spelling in spellings(name, language):
                forms = russian_cases(spelling) if language == "ru" else [spelling]
                names.setdefault(code, []).extend(forms)
    added: dict[str, list[str]] = {}
    for row_language, code, aliases in rows("aliases.psv"):
        if row_language == language:
            if aliases == "-":
                names.pop(code, None)
            else:
                added.setdefault(code, []).extend(alias.lstrip("*").rstrip("*").strip() for alias in aliases.split(";"))
    for extra in (added, demonyms(language)):
        for code, found in extra.items():
            names.setdefault(code, []).extend(found)
    taken = {name for code in names if code[0] in "-~" for name in names[code]}
    kept = {
        code: [n for n in dict.fromkeys(names[code]) if n and (code[0] in "-~" or n not in taken)] for code in names
    }
    return {code: kept[code] for code in sorted(kept) if kept[code]}


def places() -> list[str]:
    """Folded names of countries and cities in all languages."""
    found: set[str] = set()
    zone_ids = list(Locale("en").time_zones.keys())
    for language in LANGUAGES:
        found.update(fold(name) for name in cldr_names(language).values() if " - " not in name)
        zones = Locale(language).time_zones
        for zone in {*zone_ids, *zones.keys()}:
            area, _, city = zone.rpartition("/")
            if area and not area.startswith("Etc") and city not in ("Unknown", "Center"):
                found.add(fold(zones.get(zone, {}).get("city") or city.replace("_", " ")))
    for language, code, aliases in rows("aliases.psv"):
        if code[0] not in "-~" and language != "ru":
            found.update(fold(alias) for alias in aliases.split(";") if len(alias) > 3 and not alias[0].islower())
    for row in rows("cities.txt"):
        found.update(fold(name) for name in row)
    return sorted(name for name in found if name)


def main() -> None:
    """Write all tables."""
    OUT.mkdir(exist_ok=True)
    for language in LANGUAGES:
        lines = [f"{code}\t{'|'.join(names)}\n" for code, names in table(language).items()]
        (OUT / f"{language}.txt").write_text("".join(lines), "utf-8")
        print(language, len(lines), sum(line.count("|") + 1 for line in lines))
    (OUT / "places.txt").write_text("".join(f"{name}\n" for name in places()), "utf-8")
    print("places", len(places()))


if __name__ == "__main__":
    main()
