"""Whether a claim says the opposite of its evidence: a negation too many or too few, or the opposite word.

Words decide, no grammar: a negation reaches over the next few content words. What cannot be told by words alone, such
as who did what to whom, is not told here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.words import FUNCTION_WORDS
from index.lexical import stems

REACH = 3
"""How many content words after a negation it is held to negate."""

_NEGATIONS = frozenset(
    "no not never none nobody nothing nowhere neither nor cannot without hardly barely scarcely "
    "aint kein keine keinen nicht nie niemals niemand nichts ohne pas jamais aucun aucune rien personne sans "
    "nunca nadie ningún ninguna sin non nessuno mai senza niet geen nooit nem sem".split()
)
_SOFT = re.compile(
    r"\b(?:un\w{4,}|den(?:y|ies|ied|ying)|refus\w+|reject\w+|declin\w+|fail\w*|lack\w*|absen\w+|avoid\w*|prevent\w*|"
    r"ban(?:s|ned)?|stop(?:s|ped)?|end(?:s|ed)|ceas\w+|cancel\w*|miss(?:ed|ing)|false|untrue|impossible|ruled? out|"
    r"rather than|instead of|far from|only|few|little|disapprov\w+|disagree\w*|disput\w+|dismiss\w*|abandon\w*|"
    r"too \w+ to|muted?|left out|except|doubt\w*|wrong|myth|yet to|exclud\w+|abolish\w*|halt\w*|drop(?:ped|s)?|"
    r"withheld|resist\w*|oppos\w+|against)\b",
    re.IGNORECASE,
)
"""Words that deny without a negation: a claim may put them as one, and a negation as one of them."""

_OPPOSITES = [
    tuple(frozenset(side.split()) for side in pair.split("|"))
    for pair in (
        "rise rises rose risen rising increase increased increases grow grew grown climbed higher up gained raised "
        "raise|fall falls fell fallen falling decrease decreased decline declined drop dropped lower lowered down "
        "shrank shrunk lost reduced reduce cut cuts",
        "more|fewer less",
        "before earlier|after later",
        "won win wins|lost lose loses",
        "accept accepts accepted agreed agrees approve approved welcomed|reject rejects rejected refused refuses "
        "denied denies opposed opposes disputes disputed",
        "hired hire hiring recruited employed|fired laid dismissed sacked",
        "began begin begins started starts start opened opens open launched|ended ends stopped stops closed closes "
        "close finished",
        "always|never rarely",
        "cheaper|dearer",
        "safe safer|dangerous",
        "supported supports backed|opposed opposes",
        "above|below",
        "longer|shorter",
        "most|least",
        "all every|none",
        "first|last final",
        "largest biggest highest|smallest lowest",
        "better|worse",
        "success succeeded succeeds|failure failed fails",
        "north|south",
        "east|west",
        "buy bought buys|sell sold sells",
        "voluntary|compulsory forced",
        "pass passed passes|fail failed fails",
        "true|false",
        "public|secret private",
        "guilty|innocent",
        "possible|impossible",
        "legal lawful|illegal unlawful",
        "alive survived survives lives|dead died dies killed",
        "remember remembers remembered|forgot forgets forgotten",
        "arrived arrives came|left departed leaves",
        "young younger|old older",
        "faster quicker|slower",
        "join joins joined|left leaves quit resigned",
        "save saves saved|cost costs",
        "helpful useful|unhelpful useless",
        "bigger larger greater|smaller",
        "with|without",
        "stronger|weaker",
    )
]
_DENIAL = re.compile(r"den(?:y|ies|ied|ying)")
_DECLINING = re.compile(r"declin(?:e|es|ed|ing)|refus(?:e|es|ed|ing)|fail(?:s|ed|ing)?|unable|unwilling|reluctant")
_CLAUSES = re.compile(r"[.;:!?,()“”\"–—]|\b(?:but|although|though|while|whereas|because)\b")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def contradiction(claim: str, evidence: Sequence[str]) -> str:
    """The word of a claim that turns its evidence into the opposite; empty where there is none."""
    return _negated(claim, " ".join(evidence)) or _opposite(claim, " ".join(evidence))


def has_negation(text: str) -> bool:
    """Whether a text denies something by a negation word."""
    return any(_is_negation(word) for word in _words(text))


def _negated(claim: str, evidence: str) -> str:
    (plain, scopes), (plain_there, scopes_there) = _parted(claim), _parted(evidence)
    negated = {stem for scope in scopes for stem in scope.stems}
    negated_there = {stem for scope in scopes_there for stem in scope.stems}
    soft = {stem for word in _soft(evidence) for stem in stems(word)}
    for scope in scopes:
        if not negated_there & scope.stems and (scope.stems & plain_there) and (not soft or scope.stems & soft):
            return scope.word
    if scopes and not scopes_there and not soft:
        return scopes[0].word
    denying = [set(stems(word)) for word in _soft(claim)]
    denies = {stem for found in denying if not found & negated_there for stem in found}
    for scope in scopes_there:
        if scope.stems & (plain - plain_there - negated) and not scopes and not denies:
            return scope.word
    return ""


def _soft(text: str) -> list[str]:
    return [match.group() for match in _SOFT.finditer(text)]


@dataclass(frozen=True, slots=True)
class _Scope:
    """A negation, and the stems that it reaches."""

    word: str
    stems: frozenset[str]


def _parted(text: str) -> tuple[set[str], list[_Scope]]:
    """The stems of a text that are affirmed, and its negations with what they reach."""
    plain: set[str] = set()
    scopes: list[_Scope] = []
    for clause in _CLAUSES.split(text):
        words_of_it = list(_words(clause))
        word, reached = "", list[str]()
        for said, following in zip(words_of_it, [*words_of_it, ""][1:], strict=True):
            if said == "nor" and word == "neither":
                continue
            if _is_negation(said) or _denies(said, following):
                scopes += [_Scope(word, frozenset(reached))] if word else []
                word, reached = said, []
            elif said not in FUNCTION_WORDS and (found := stems(said)):
                if word and len(reached) < REACH:
                    reached.append(found[0])
                else:
                    plain.add(found[0])
        scopes += [_Scope(word, frozenset(reached or [word]))] if word else []
    return plain, scopes


def _denies(word: str, following: str) -> bool:
    """Whether a verb denies what follows it: `declined to release`, `denied that`."""
    return bool(_DENIAL.fullmatch(word)) or (following == "to" and bool(_DECLINING.fullmatch(word)))


def _is_negation(word: str) -> bool:
    return word in _NEGATIONS or word.endswith(("n't", "n’t"))


def _opposite(claim: str, evidence: str) -> str:
    """A word of the claim whose opposite the evidence has, and that the evidence has not."""
    said, there = set(_words(claim)), set(_words(evidence))
    if has_negation(claim) != has_negation(evidence):
        return ""  # the opposite of the opposite
    for pair in _OPPOSITES:
        for own, other in (pair, pair[::-1]):
            if (said & own) and not (there & own) and (there & other) and not (said & other):
                return min(said & own)
    return ""


def _words(text: str) -> Iterator[str]:
    return (match.group().casefold() for match in _WORD.finditer(text))
