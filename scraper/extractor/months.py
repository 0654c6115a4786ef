"""The names of months and weekdays: words to numbers, in every language that our publishers print dates in.

A name means one month whatever the language (a test holds us to it), so reading a date needs no language first.
Spellings are compared folded (:func:`fold`): case, accents and the several Arabic letters for one sound are ignored.
"""

from __future__ import annotations

import unicodedata

# One row a language, twelve cells of spellings, nominative and genitive, full and short. Arabic has both conventions:
# the Levantine names (Iraq to Palestine) and the Egyptian ones with their Maghreb variants; the UN prints both,
# joined by a slash. Persian rows are the French-derived names of the Gregorian months.
_MONTHS: dict[str, str] = {
    "en": "january jan|february feb febr|march mar|april apr|may|june jun|july jul|august aug|september sep sept"
    "|october oct|november nov|december dec",
    "fr": "janvier janv|février févr fév|mars|avril avr|mai|juin|juillet juil|août|septembre|octobre|novembre"
    "|décembre déc",
    "es": "enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago agto|septiembre setiembre set|octubre"
    "|noviembre|diciembre dic",
    "pt": "janeiro|fevereiro fev|março|abril|maio mai|junho|julho|agosto|setembro|outubro out|novembro|dezembro dez",
    "it": "gennaio gen genn|febbraio febbr|marzo|aprile|maggio mag magg|giugno giu|luglio lug|agosto|settembre sett"
    "|ottobre ott|novembre|dicembre",
    "de": "januar jänner jän|februar feber|märz mär mrz|april|mai|juni|juli|august|september|oktober okt|november"
    "|dezember",
    "ru": "январь января янв|февраль февраля февр фев|март марта мар|апрель апреля апр|май мая|июнь июня июн"
    "|июль июля июл|август августа авг|сентябрь сентября сент сен|октябрь октября окт|ноябрь ноября нояб ноя"
    "|декабрь декабря дек",
    "uk": "січень січня січ|лютий лютого лют|березень березня бер|квітень квітня кві|травень травня тра"
    "|червень червня чер|липень липня лип|серпень серпня сер|вересень вересня вер|жовтень жовтня жов"
    "|листопад листопада лис|грудень грудня гру",
    "ar-levant": "كانون_الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين_الأول|تشرين_الثاني|كانون_الأول",
    "ar-egypt": "يناير جانفي|فبراير فيفري|مارس|أبريل أفريل|مايو ماي|يونيو يونيه جوان|يوليو يوليه يوليوز جويلية"
    "|أغسطس غشت أوت|سبتمبر شتنبر|أكتوبر|نوفمبر نونبر|ديسمبر دجنبر",
    "fa": "ژانویه|فوریه|مارس|آوریل آپریل|مه می|ژوئن جون|ژوئیه جولای ژوییه|اوت آگوست آگست|سپتامبر|اکتبر اکتوبر|نوامبر"
    "|دسامبر",
    "nl": "januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december",
    "sv": "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
    "nb": "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember des",
    "pl": "styczeń stycznia sty|luty lutego lut|marzec marca|kwiecień kwietnia kwi|maj maja|czerwiec czerwca cze"
    "|lipiec lipca lip|sierpień sierpnia sie|wrzesień września wrz|październik października paź|listopad listopada lis"
    "|grudzień grudnia gru",
    "da": "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december",
    "cs": "leden ledna|únor února|březen března|duben dubna|květen května|červen června|červenec července|srpen srpna"
    "|září|říjen října|listopad listopadu|prosinec prosince",
    "hu": "január|február|március|április|május|június|július|augusztus|szeptember|október|november|december",
    "bg": "януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември",
    "he": "ינואר בינואר|פברואר בפברואר|מרץ מרס במרץ במרס|אפריל באפריל|מאי במאי|יוני ביוני|יולי ביולי|אוגוסט באוגוסט"
    "|ספטמבר בספטמבר|אוקטובר באוקטובר|נובמבר בנובמבר|דצמבר בדצמבר",
    "tr": "ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık",
    "id": "januari|februari|maret|april|mei|juni|juli|agustus agu|september|oktober|november nopember|desember",
    "ro": "ianuarie ian|februarie|martie|aprilie|mai|iunie iun|iulie iul|august|septembrie|octombrie|noiembrie noi"
    "|decembrie",
    "sw": "januari|februari|machi|aprili|mei|juni|julai|agosti|septemba|oktoba|novemba|desemba",
    "el": "ιανουάριος ιανουαρίου ιαν|φεβρουάριος φεβρουαρίου φεβ|μάρτιος μαρτίου μαρ|απρίλιος απριλίου απρ"
    "|μάιος μαΐου μαϊ|ιούνιος ιουνίου ιουν|ιούλιος ιουλίου ιουλ|αύγουστος αυγούστου αυγ|σεπτέμβριος σεπτεμβρίου σεπ"
    "|οκτώβριος οκτωβρίου οκτ|νοέμβριος νοεμβρίου νοε|δεκέμβριος δεκεμβρίου δεκ",
}

# The Solar Hijri months: Iranian names, and the zodiac names of Afghanistan.
_SOLAR_HIJRI = (
    "فروردین حمل|اردیبهشت ثور|خرداد جوزا|تیر سرطان|مرداد امرداد اسد|شهریور سنبله|مهر میزان|آبان عقرب|آذر قوس|دی جدی"
    "|بهمن دلو|اسفند حوت"
)

# The lunar months: observed, not computed, and a day apart between countries, so never converted.
_LUNAR_HIJRI = (
    "محرم|صفر|ربيع_الأول|ربيع_الثاني ربيع_الآخر|جمادى_الأولى جمادى_الأول|جمادى_الآخرة جمادى_الثانية|رجب|شعبان|رمضان"
    "|شوال|ذو_القعدة ذي_القعدة|ذو_الحجة ذي_الحجة"
)

# Weekdays that stand before a numeric date: they decide between 08/01 and 01/08. Monday is 0 (date.weekday).
_WEEKDAYS = (
    "monday mon lundi lun lunes lunedi montag mo segunda segunda-feira seg понедельник пн الإثنين الاثنين",
    "tuesday tue tues mardi mar martes martedi dienstag di terca terca-feira ter вторник вт الثلاثاء",
    "wednesday wed mercredi mer miercoles mie mercoledi mittwoch mi quarta quarta-feira qua среда ср الأربعاء",
    "thursday thu thur thurs jeudi jeu jueves jue giovedi gio donnerstag do quinta quinta-feira qui четверг чт الخميس",
    "friday fri vendredi ven viernes vie venerdi freitag fr sexta sexta-feira sex пятница пт الجمعة",
    "saturday sat samedi sam sabado sab sabato samstag sonnabend sa суббота сб السبت",
    "sunday sun dimanche dim domingo dom domenica sonntag so воскресенье вс الأحد",
)

# Short forms that are everyday words of another language: alone with a year ("set 2020 targets") they prove nothing.
EVERYDAY_WORDS = frozenset(
    {"set", "out", "ago", "mar", "may", "mag", "gen", "sex", "march", "ter", "lis", "des", "sie", "mei", "می", "مه"}
)

ARABIC_ONE_SOUND = str.maketrans("أإآٱىیيئکةۀ", "اااايييئكهه")


def fold(word: str) -> str:
    """*word* as the tables spell it: case and accents away, one letter for each Arabic sound.

    >>> fold("Août"), fold("MÄRZ"), fold("أيلول") == fold("ايلول")
    ('aout', 'marz', True)
    """
    word = word.casefold().replace("ı", "i")
    if word.isascii():
        return word
    kept = (char for char in unicodedata.normalize("NFKD", word.translate(ARABIC_ONE_SOUND)))
    return "".join(char for char in kept if not unicodedata.combining(char))


def _numbers(row: str) -> dict[str, int]:
    cells = row.split("|")
    assert len(cells) == 12, row
    return {fold(name.replace("_", " ")): number for number, cell in enumerate(cells, 1) for name in cell.split()}


MONTHS: dict[str, int] = {}
for _row in _MONTHS.values():
    MONTHS.update(_numbers(_row))
SOLAR_HIJRI = _numbers(_SOLAR_HIJRI)
LUNAR_HIJRI = _numbers(_LUNAR_HIJRI)
WEEKDAYS: dict[str, int] = {fold(name): day for day, row in enumerate(_WEEKDAYS) for name in row.split()}
