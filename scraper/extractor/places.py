"""Names of places that datelines are written from: countries and the larger cities, in the six UN languages."""

from __future__ import annotations

from scraper.extractor.months import fold

_CITIES = frozenset(
    fold(name)
    for name in """geneva|genève|ginebra|женева|جنيف|日内瓦|new york|nueva york|нью-йорк|نيويورك|纽约|rome|roma|rom|рим
    |روما|罗马|vienna|vienne|viena|wien|вена|فيينا|维也纳|nairobi|найроби|نيروبي|内罗毕|paris|brussels|bruxelles|london|washington
    |the hague|bonn|berlin|kyiv|cairo|le caire|القاهرة|amman|عمان|عمّان|beirut|beyrouth|بيروت|tripoli|طرابلس|tunis|تونس
    |ankara|أنقرة|los angeles|los ángeles|dhaka|cox's bazar|manila|bangkok|jakarta|kabul|juba|khartoum|addis ababa
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)


def is_known_place(name: str) -> bool:
    """Whether *name* is a country or a city of the table; of "Tunis/Geneva" and "Kyiv, Ukraine" each part counts."""
    return any(fold(part.strip()) in _CITIES for part in name.replace("/", ",").split(","))
