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
    # tokens, and how they are weighed
    unsupervised(f"{COUNT}()", SCRIPTS, tag="scripts", options=LOCALE),
    unsupervised(f"{COUNT}(lowercase=False)", SCRIPTS, tag="scripts-case", options=LOCALE),
    unsupervised(f"{COUNT}(token_pattern={LETTER})", SCRIPTS, tag="letters", options=LOCALE),
    unsupervised(f"{COUNT}(token_pattern={LETTER})", TEXT, tag="letter", options=LOCALE),
    unsupervised(f"{COUNT}(token_pattern='[a-zA-Z]+')", TEXT, tag="pattern", options=LOCALE),
    unsupervised(f"{COUNT}(ngram_range=(1, 2))", TEXT, tag="pairs", options=LOCALE),
    unsupervised(f"{COUNT}(ngram_range=(2, 3))", SCRIPTS, tag="triples", options=LOCALE),
    unsupervised(f"{COUNT}(analyzer='char')", TEXT, tag="characters", options=LOCALE),
    unsupervised(f"{COUNT}(analyzer='char', ngram_range=(1, 2))", SCRIPTS, tag="character-pairs", options=LOCALE),
    unsupervised(f"{COUNT}(analyzer='char_wb')", TEXT, tag="within", options=LOCALE),
    unsupervised(f"{COUNT}(stop_words=['the', 'on'])", TEXT, tag="stops", options=LOCALE),
    unsupervised(f"{COUNT}(stop_words='english')", TEXT, tag="english", options=LOCALE),
    unsupervised(f"{COUNT}(binary=True)", REPEATS, tag="binary", options=LOCALE),
    unsupervised(f"{COUNT}(max_features=4)", TEXT, tag="most", options=LOCALE),
    unsupervised(
        f"{COUNT}(vocabulary=['cat', 'dog', 'cat sat'], ngram_range=(1, 2))", TEXT, tag="given", options=LOCALE
    ),
    unsupervised(f"{COUNT}(strip_accents='unicode')", SCRIPTS, tag="accents", options=LOCALE),
    unsupervised(f"{COUNT}(strip_accents='ascii')", SCRIPTS, tag="ascii", options=LOCALE),
    unsupervised(f"{WEIGH}()", SCRIPTS, tag="scripts", options=LOCALE),
    unsupervised(f"{WEIGH}(token_pattern={LETTER})", SCRIPTS, tag="letters", options=LOCALE),
    unsupervised(f"{WEIGH}(lowercase=False)", TEXT, tag="case"),
    unsupervised(f"{WEIGH}(norm='l1')", TEXT, tag="sum", options=LOCALE),
    unsupervised(f"{WEIGH}(norm=None)", REPEATS, tag="raw", options=LOCALE),
    unsupervised(f"{WEIGH}(use_idf=False)", TEXT, tag="frequency", options=LOCALE),
    unsupervised(f"{WEIGH}(smooth_idf=False)", TEXT, tag="rough", options=LOCALE),
    unsupervised(f"{WEIGH}(sublinear_tf=True)", REPEATS, tag="sublinear", options=LOCALE),
    unsupervised(f"{WEIGH}(ngram_range=(1, 2))", TEXT, tag="pairs", options=LOCALE),
    unsupervised(f"{WEIGH}(analyzer='char', ngram_range=(2, 3))", TEXT, tag="characters", options=LOCALE),
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
        f"{COUNT}(token_pattern='[a-zA-Z]+', ngram_range=(1, 2))", REPEATS, tag="pattern-pairs", options=LOCALE
    ),
)
