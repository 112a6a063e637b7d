"""The words that the speaker rules know: verbs of saying, people's roles, organisations, titles."""

from collections.abc import Iterable, Sequence


def _forms(lemmas: str, irregular: str = "") -> frozenset[str]:
    """Present and past of regular verbs, and irregular forms as they are."""
    return frozenset([*(form for lemma in lemmas.split() for form in _inflected(lemma)), *irregular.split()])


def _inflected(lemma: str) -> Iterable[str]:
    if lemma.endswith("e"):
        return f"{lemma}s", f"{lemma}d"
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return f"{lemma[:-1]}ies", f"{lemma[:-1]}ied"
    return (f"{lemma}{'es' if lemma.endswith(('s', 'sh', 'ch')) else 's'}", f"{lemma}ed")


_SAY = """
    add reply explain argue insist recall maintain stress remark retort contend assert declare complain joke warn
    remind inform assure confirm recommend caution disagree counter recount lament remember reckon estimate believe
    doubt deny dispute concede testify quip muse
"""
_REPORT = """
    claim note announce acknowledge suggest conclude predict observe answer volunteer agree fear worry suspect accept
    object promise ask wonder urge propose respond point allege reveal report protest boast figure consider state
    emphasise emphasize continue tweet post clarify signal whisper shout cry laugh mutter grumble concur advise
    attribute
"""
SAYS = _forms(_SAY, "says said tells told admits admitted thinks thought")
"""Verbs whose subject speaks, whatever follows."""

REPORTS = _forms(_REPORT, "finds found writes wrote hopes hoped swears swore")
"""Verbs that speak only where what is said follows or surrounds them: `she found, …`, `he warned that …`."""

_NOUNS = frozenset("counter figure point state object signal stress cry laugh answer promise question".split())
PLURAL_SAYS = frozenset([*_SAY.split(), "say", "tell", "admit", "think"]) - _NOUNS
PLURAL_REPORTS = frozenset([*_REPORT.split(), "find", "write", "hope", "swear"]) - _NOUNS
"""The same in the plural present: `officers note that`."""

CALLS = _forms("call describe dismiss label denounce praise cite reject blame liken brand deem apologise", "put puts")
"""Verbs that speak where words in quotes follow."""

SAYING = frozenset("saying adding arguing insisting claiming warning explaining noting".split())
"""Participles whose subject is that of their sentence."""

INVERTED = frozenset(
    """
    says said adds added replies replied asks asked writes wrote explains explained recalls recalled notes noted
    answers answered admits admitted argues argued insists insisted warns warned jokes joked remembers remembered
    concedes conceded continues continued observes observed agrees agreed recounts recounted declares declared
    """.split()
)
"""Verbs that may stand before their subject, beside a quotation: `“…,” said Ann`."""

HUMAN = frozenset(
    """
    spoke speaks laughed laughs smiled smiles shrugged shrugs nodded nods sat stood walked wept cried sighed sighs
    paused remembers remembered thinks thought believes believed hopes hoped wants wanted grew lives retired
    """.split()
)
"""What people do, in front of all."""

MALE = frozenset("he him his himself".split())
FEMALE = frozenset("she her hers herself".split())
MALE_WORDS = frozenset(
    """
    mr sir lord father dad son brother uncle nephew husband grandfather grandson widower spokesman chairman
    businessman policeman fisherman salesman man boy king prince duke actor waiter councilman congressman postman
    """.split()
)
FEMALE_WORDS = frozenset(
    """
    mrs ms miss dame lady mother mum mom daughter sister aunt niece wife grandmother granddaughter widow spokeswoman
    chairwoman businesswoman policewoman woman girl queen princess duchess actress waitress councilwoman congresswoman
    midwife
    """.split()
)

TITLES = frozenset(
    """
    mr mrs ms miss mx dr doctor prof professor sir dame lord lady judge justice councillor cllr senator sen rep
    representative congressman congresswoman president captain capt sergeant sgt inspector detective constable officer
    father sister brother rev reverend bishop archbishop rabbi imam chief executive ceo cto cfo mayor minister
    governor gov secretary director chairman chairwoman superintendent colonel col general gen lieutenant lt major
    commander ambassador chancellor king queen prince princess deputy vice magistrate coroner
    """.split()
)
SUFFIXES = frozenset("kc qc mp mps msp phd jr sr mbe obe cbe esq md".split())

_PERSON_NOUNS = frozenset(
    """
    head chief lead nurse midwife cook coach guide judge clerk pilot student chair member secretary official officer
    executive analyst accountant assistant attendant consultant chemist economist expert father mother sister brother
    aunt uncle niece nephew son daughter cousin friend neighbour neighbor colleague spokesman spokeswoman spokesperson
    chairman chairwoman woman man girl boy president minister mayor deputy host critic graduate apprentice trainee
    trustee employee retiree widow widower mechanic surgeon partner wife husband veteran volunteer docker
    representative professor architect captain surveyor senator governor founder co-founder ceo steward warden lawyer
    attorney barrister solicitor activist scientist therapist artist columnist pensioner resident parent grandmother
    grandfather priest vicar monk bishop guard hand deckhand psychologist actuary vet technician fellow aide delegate
    candidate
    """.split()
)
_ORGANISATION_NOUNS = frozenset(
    """
    insurer retailer maker grocer publisher supplier carrier lender manufacturer employer operator company firm group
    chain business charity union ministry agency council board bank fund startup start-up giant corporation authority
    regulator university college school hospital association party club trust department government committee tribunal
    court office newspaper website magazine bakery brewery competitor rival certifier brand co-operative cooperative
    commission institute consultancy defence defense prosecution opposition manufacturer harbour harbor port factory
    airline railway borough village county province city campaign lobby parish clinic studio shop store state nation
    city museum theatre
    """.split()
)
_PERSON_ENDINGS = ("er", "or", "ist", "ian", "ant", "man", "woman", "eer", "person")
_NO_PERSON = frozenset(
    """
    other another either neither whether under over after before never ever number matter letter paper order river
    water winter summer september october november december offer member's quarter centre center later former rather
    latter better for or nor floor door favour minor major motor sector factor error mirror corridor harbour labour
    however counter meter tracker sensor monitor scanner printer server trailer folder ladder poster banner powder
    boiler constant distant relevant important instant giant restaurant plant grant per her their newsletter computer
    """.split()
)

DOCUMENTS = frozenset(
    """
    report study survey note letter memo paper ruling handbook document notice email message review log figures
    minutes poll research law rule sign statement article book bill contract invoice file record records form analysis
    data chart table page script website advertisement leaflet inspection audit guidance policy forecast annex papers
    plan numbers story lawsuit filing complaint post petition agreement text slide sheet label brochure timetable
    calendar clock map estimate estimates voice answer question reply first second last next other others thing one's
    newsletter newspaper order act code charter deal account accounts papers documents notes emails letters reports
    register studies surveys messages ones transcript judgment judgement verdict motion amendment manual list scheme
    law
    """.split()
)
"""What says something and is no speaker."""

CLAUSE = frozenset("and but or that because while when as where which if although though so whether then".split())
"""What a clause of its own may begin with."""

PREPOSITIONS = frozenset("of in at for from with on near by who whose which to over under behind inside".split())
"""What ends the main word of a description, relative pronouns among them."""

BE = frozenset("is was are were be been being am get got gets".split())
GROUPS = frozenset("police staff management people team family office side group crew".split())
"""Words for several people that have no plural ending."""

DETERMINERS = frozenset(
    """
    the a an one another its his her their our my some several many most more all both other these those two three
    four five six seven eight nine ten
    """.split()
)

ORGANISATION_WORDS = frozenset(
    """
    logistics group ltd limited inc plc llc corp corporation company co union association ministry department office
    board council committee authority agency university college school institute institution bank trust foundation
    society guild federation alliance party court tribunal chamber commission hospital systems labs capital partners
    mutual holdings industries services markets times post gazette courier ledger herald news tribune guardian journal
    mercury chronicle studio studios club church library museum centre center network campaign coalition league
    parliament assembly congress senate fund brothers sons friends research consulting technologies software airlines
    railway railways police service services press clinic orchestra theatre festival registry cooperative co-operative
    """.split()
)
PLACE_WORDS = frozenset(
    """
    street road avenue lane square bridge hill park river lake bay valley island islands mount mountain port county
    city town village north south east west harbour quay station airport house hall tower row crescent way coast sea
    """.split()
)
NO_NAMES = frozenset(
    """
    a about above across after again against all almost along already also although always among an and another any
    anybody anyone anything are as asked at back be because been before behind being below between both but by can
    could dear did do does done down during each earlier either else even ever every everybody everyone everything few
    finally first for four from further given had half has have having he her here hers his how however i if in indeed
    inside instead into is it its just last later least less let like many maybe me meanwhile might more most much
    must my near nearly neither never next no nobody none nor not nothing now of off often on once one only or other
    others our out outside over own perhaps put quite rather reached read really second seven several she should since
    six so some somebody someone something sometimes soon still such ten than that the their them then there these
    they thing things third this those though three through thus to today together tomorrow too twice two under unlike
    until up upon us very was we well were what whatever when where whether which while who whoever whom whose why
    will with within without would yes yesterday yet you your q a monday tuesday wednesday thursday friday saturday
    sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january february march april may june july
    august september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri
    sat sun christmas easter english french german spanish american british european
    """.split()
)


def is_person_noun(word: str) -> bool:
    """Whether a word, in lower case, names people by what they are or do."""
    if word in _ORGANISATION_NOUNS or word in _NO_PERSON:
        return False
    return word in _PERSON_NOUNS or (len(word) > 4 and word.endswith(_PERSON_ENDINGS))


def head_of(words: Sequence[str]) -> str:
    """The main word of a description: the last noun we know in front of a preposition, or the last word there."""
    stop = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS | {"that"}), len(words))
    known = (word for word in reversed(words[:stop]) if is_person_noun(word) or is_organisation_noun(word))
    return next(known, words[stop - 1] if stop else "")


def is_surely_person(word: str) -> bool:
    """Whether a word, in lower case, can name nothing but a person: `surgeon`, and not `aquifer`."""
    return word in _PERSON_NOUNS or word in MALE_WORDS or word in FEMALE_WORDS or word in TITLES


def is_organisation_noun(word: str) -> bool:
    """Whether a word, in lower case, is one for an organisation."""
    return word in _ORGANISATION_NOUNS
