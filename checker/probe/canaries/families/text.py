"""Text and dictionaries."""

from __future__ import annotations

from ..parts import COUNT, LETTER, LOCALE, WEIGH, WEIGHTS
from ..rows import COUNTS, REPEATS, SCRIPTS, STRINGS, TEXT, unsupervised

ROWS = (
    unsupervised(f"{COUNT}()", TEXT, tag="lowercase", options=LOCALE),
    unsupervised(f"{WEIGH}()", TEXT, options=LOCALE),
    unsupervised(f"{WEIGHTS}()", COUNTS),
    unsupervised("feature_extraction.text.HashingVectorizer(n_features=16)", TEXT, converts=False),
    unsupervised("feature_extraction.FeatureHasher(n_features=16, input_type='string')", STRINGS, layout="matrix"),
    # tokens, and how they are weighed; lower case needs a locale of the machine
    unsupervised(f"{COUNT}()", SCRIPTS, tag="scripts", options=LOCALE),
    unsupervised(f"{COUNT}(lowercase=False)", SCRIPTS, tag="scripts-case"),
    unsupervised(f"{COUNT}(token_pattern={LETTER})", SCRIPTS, tag="letters", options=LOCALE),
    unsupervised(f"{COUNT}(lowercase=False, token_pattern={LETTER})", TEXT, tag="letter"),
    unsupervised(f"{COUNT}(lowercase=False, token_pattern='[a-zA-Z]+')", TEXT, tag="pattern"),
    unsupervised(f"{COUNT}(lowercase=False, ngram_range=(1, 2))", TEXT, tag="pairs"),
    unsupervised(f"{COUNT}(lowercase=False, ngram_range=(2, 3))", SCRIPTS, tag="triples"),
    unsupervised(f"{COUNT}(lowercase=False, analyzer='char')", TEXT, tag="characters"),
    unsupervised(f"{COUNT}(lowercase=False, analyzer='char', ngram_range=(1, 2))", SCRIPTS, tag="character-pairs"),
    unsupervised(f"{COUNT}(lowercase=False, analyzer='char_wb')", TEXT, tag="within"),
    unsupervised(f"{COUNT}(stop_words=['the', 'on'])", TEXT, tag="stops", options=LOCALE),
    unsupervised(f"{COUNT}(lowercase=False, stop_words='english')", TEXT, tag="english"),
    unsupervised(f"{COUNT}(lowercase=False, binary=True)", REPEATS, tag="binary"),
    unsupervised(f"{COUNT}(lowercase=False, max_features=4)", TEXT, tag="most"),
    unsupervised(
        f"{COUNT}(lowercase=False, vocabulary=['cat', 'dog', 'cat sat'], ngram_range=(1, 2))", TEXT, tag="given"
    ),
    unsupervised(f"{COUNT}(lowercase=False, strip_accents='unicode')", SCRIPTS, tag="accents"),
    unsupervised(f"{COUNT}(lowercase=False, strip_accents='ascii')", SCRIPTS, tag="ascii"),
    unsupervised(f"{WEIGH}()", SCRIPTS, tag="scripts", options=LOCALE),
    unsupervised(f"{WEIGH}(token_pattern={LETTER})", SCRIPTS, tag="letters", options=LOCALE),
    unsupervised(f"{WEIGH}(lowercase=False)", TEXT, tag="case"),
    unsupervised(f"{WEIGH}(lowercase=False, norm='l1')", TEXT, tag="sum"),
    unsupervised(f"{WEIGH}(lowercase=False, norm=None)", REPEATS, tag="raw"),
    unsupervised(f"{WEIGH}(lowercase=False, use_idf=False)", TEXT, tag="frequency"),
    unsupervised(f"{WEIGH}(lowercase=False, smooth_idf=False)", TEXT, tag="rough"),
    unsupervised(f"{WEIGH}(lowercase=False, sublinear_tf=True)", REPEATS, tag="sublinear"),
    unsupervised(f"{WEIGH}(lowercase=False, ngram_range=(1, 2))", TEXT, tag="pairs"),
    unsupervised(f"{WEIGH}(lowercase=False, analyzer='char', ngram_range=(2, 3))", TEXT, tag="characters"),
    unsupervised(f"{WEIGHTS}(norm='l1')", COUNTS, tag="sum"),
    unsupervised(f"{WEIGHTS}(norm=None, sublinear_tf=True)", COUNTS, tag="sublinear"),
    unsupervised(f"{WEIGHTS}(use_idf=False)", COUNTS, tag="frequency"),
    unsupervised(
        "feature_extraction.FeatureHasher(n_features=16, input_type='string', alternate_sign=False)",
        STRINGS,
        tag="unsigned",
        layout="matrix",
    ),
    unsupervised(f"{COUNT}(token_pattern='[a-zA-Z0-9_]+')", SCRIPTS, tag="ascii-letters", options=LOCALE),
    unsupervised(f"{WEIGH}(token_pattern='[a-zA-Z0-9_]+')", SCRIPTS, tag="ascii-letters", options=LOCALE),
    unsupervised(
        f"{COUNT}(lowercase=False, token_pattern='[a-zA-Z]+', ngram_range=(1, 2))", REPEATS, tag="pattern-pairs"
    ),
)
