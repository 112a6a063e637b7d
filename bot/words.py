"""English function words: they tell the language of a text, and bear nothing that a statement could be wrong in."""

FUNCTION_WORDS = frozenset(
    """
    a about after again all also although an and any are as at be because been before being between both but by can
    could did do does during each for from had has have he her hers herself him himself his how i if in into is it its
    itself may me might more most must my now of off on only or other our ours out over own said same say says she
    should since so some such than that the their theirs them themselves then there these they this those through
    though to too under until up us very was we were what when where whereas which while who whom whose why will with
    would you your yours
    """.split()
)
