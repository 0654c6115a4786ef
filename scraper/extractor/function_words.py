"""The little words that make up a third of any prose and tell one language from its neighbours.

Data for :mod:`scraper.extractor.language`: articles, prepositions, conjunctions, pronouns, auxiliaries. A word that
several languages share is split between them.
"""

from __future__ import annotations

_WORDS = {
    "en": "the of and to in is that for with was on as are by this be from at an it which have has been were or "
    "not but their will its they we our more these who his her would also all said he she than can about "
    "after into over",
    "fr": "le la les des du de et en un une est que dans pour qui par sur au aux avec ce cette ces pas plus "
    "sont son sa ses leur leurs nous il elle ont été être mais ou se ne d l qu a afin ainsi entre "
    "également",
    "es": "el la los las de del y en un una que es por con para su sus al se lo como más no este esta estos "
    "estas ha han son fue sobre entre también o pero sin desde hasta nos ser está están muy ya hoy",
    "pt": "o a os as de do da dos das e em um uma que é por com para no na nos nas ao aos à às se como mais não "
    "este esta foi são seu sua ou pelo pela pelos também entre sobre mas sem até já há está",
    "it": "il lo la i gli le di del della dei delle degli e in un una che è per con al alla ai alle da dal "
    "dalla nel nella nei si come più non questo questa sono anche ha hanno su sul sulla tra o ma loro suo "
    "sua stato",
    "de": "der die das den dem des und in zu mit von im für auf ist nicht ein eine einer einen einem eines sich "
    "als auch an bei nach aus wird werden sind hat haben durch über zum zur oder dass wie wir sie es er "
    "um vor unter",
    "nl": "de het een van en in is dat op te voor met zijn aan niet die ook er door bij als naar om tot worden "
    "werd heeft uit deze dit over maar nog kan zich of we hun ze meer wordt",
    "sv": "och att det i en som på är av för med den till inte har om ett de kan från var vi så men eller ut "
    "också när under efter mot ska vara sin mycket mellan detta dessa",
    "da": "og at det i en som på er af for med den til ikke har om et de kan fra var vi så men eller også når "
    "under efter mod skal være sin meget mellem dette disse blev bliver hvor",
    "no": "og at det i en som på er av for med den til ikke har om et de kan fra var vi så men eller også når "
    "under etter mot skal være sin mye mellom dette disse ble blir hvor",
    "fi": "ja on että ei se hän oli mutta kun niin kuin myös ovat joka tai sekä ole voi olla tämä jos mitä "
    "kanssa sen mukaan ovat ollut jotka vain",
    "pl": "i w na z do się że nie to jest o jak za od po przez dla są oraz ale przy które który która tym tego "
    "być jego lub został tak również",
    "cs": "a v na se je že z s do o k i za pro ve by jako ale po od jsou byl bylo který která které při nebo "
    "také jeho podle však být aby",
    "hu": "a az és hogy nem is egy van meg azt de csak ha mint volt el ez már vagy ki még minden lesz után "
    "között szerint amely pedig által",
    "ro": "și de la în a cu pe din că un o care nu să pentru este mai sunt au fost ca prin dintre către sau "
    "acest această ale lor cel după fi între",
    "hr": "i u je na se da su za od s o ne koji koja koje kao ali iz do te bi će nije sve što po ili također "
    "biti samo prema kako između",
    "tr": "ve bir bu için ile da de olarak olan çok daha gibi kadar en ancak sonra ne ya var göre olduğu "
    "tarafından ise her üzere değil mi",
    "id": "yang dan di dari untuk dengan pada ini itu dalam adalah tidak akan ke oleh sebagai juga telah atau "
    "dapat mereka para bagi serta antara tersebut lebih kepada karena",
    "vi": "và của là các có được trong cho với không một những người để này đã từ về khi đến như tại ra cũng "
    "nhiều trên năm việc đang sẽ",
    "tl": "ang ng sa na mga at ay ito para ni siya hindi ako may kung isang nang mula upang din ang kanilang "
    "ating nila",
    "sw": "ya wa na kwa ni katika za la cha kuwa hiyo hii kama pia au ambao wao yake watu kutoka baada zaidi "
    "alisema hilo vya lakini hivyo",
    "so": "oo iyo ka in waxaa ah ku u la ee ay uu waa soo si kala ayaa loo laga lagu isaga aan",
    "ht": "ak nan yo pou ki sa li te nou pa gen ou mwen se kap tout moun konsa sou lòt fè epi",
    "ca": "el la els les de del dels i en un una que és per amb al als es no més com seva aquest aquesta són ha "
    "han sobre entre també o però fins des ser",
    "gl": "o a os as de do da dos das e en un unha que é por con para no na nos nas ao aos se como máis non "
    "este esta foi son seu súa ou polo pola tamén entre",
    "sq": "dhe e të në për me një që nga është i së do nuk ka si më ose kanë janë u këtë edhe por",
    "ms": "yang dan di untuk dengan pada ini itu dalam adalah tidak akan ke oleh sebagai juga telah atau boleh "
    "mereka bagi kepada kerana iaitu",
    "lt": "ir kad į su iš yra ne tai kaip bet už apie jo taip pat nuo per buvo arba dėl po prie",
    "af": "die van en in is dat het vir met op nie om te wat 'n aan sy by was ons hulle word sal ook deur uit",
    "et": "ja on ei et see ta oli ka kui mis aga või ning oma selle kes nii välja pärast üle",
    "sl": "in je v na se da so za z ki ne pri tudi od s kot iz pa ali bi po do bo ter med",
    "uz": "va bu bilan uchun ham bir da ning edi deb kerak bo'lgan boʻlib esa",
    "az": "və bu ilə bir üçün də da ki olan daha çox kimi sonra edir isə",
}  # fmt: skip


def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    owners: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in dict.fromkeys(words.split()):
            owners.setdefault(word, []).append(language)
    return {word: tuple((language, 1 / len(found) ** 0.5) for language in found) for word, found in owners.items()}


FUNCTION_WORDS = _weights()  # word -> languages that use it, and how much it says for each
