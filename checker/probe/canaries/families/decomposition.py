"""Decomposition, kernels, projections."""

from __future__ import annotations

from ..rows import COUNTS, DOUBLES, POSITIVE, regressor, row, unsupervised

ROWS = (
    unsupervised("decomposition.PCA(n_components=2, whiten=True)", tag="whiten"),
    unsupervised("decomposition.IncrementalPCA(n_components=2)"),
    unsupervised("decomposition.TruncatedSVD(n_components=2, random_state=0)"),
    unsupervised("decomposition.KernelPCA(n_components=2, kernel='rbf')"),
    unsupervised("decomposition.FastICA(n_components=2, random_state=0)", converts=False),
    unsupervised("decomposition.FactorAnalysis(n_components=2)", converts=False),
    unsupervised("decomposition.SparsePCA(n_components=2, max_iter=5, random_state=0)", converts=False),
    unsupervised(
        "decomposition.MiniBatchSparsePCA(n_components=2, max_iter=5, random_state=0)", since="1.2", converts=False
    ),
    unsupervised(
        "decomposition.MiniBatchSparsePCA(n_components=2, n_iter=5, random_state=0)",
        tag="old",
        until="1.4",
        converts=False,
    ),
    unsupervised("decomposition.DictionaryLearning(n_components=2, max_iter=5, random_state=0)", converts=False),
    unsupervised(
        "decomposition.MiniBatchDictionaryLearning(n_components=2, max_iter=5, random_state=0)",
        since="1.1",
        converts=False,
    ),
    unsupervised(
        "decomposition.MiniBatchDictionaryLearning(n_components=2, n_iter=5, random_state=0)",
        tag="old",
        until="1.4",
        converts=False,
    ),
    unsupervised("decomposition.NMF(n_components=2, max_iter=20, random_state=0)", POSITIVE, converts=False),
    unsupervised(
        "decomposition.MiniBatchNMF(n_components=2, max_iter=20, random_state=0)", POSITIVE, since="1.1", converts=False
    ),
    unsupervised(
        "decomposition.LatentDirichletAllocation(n_components=2, max_iter=2, random_state=0)", COUNTS, converts=False
    ),
    row("cross_decomposition.PLSCanonical(n_components=2)", target="targets", converts=False),
    row("cross_decomposition.CCA(n_components=2)", target="targets", converts=False),
    row("cross_decomposition.PLSSVD(n_components=2)", target="targets", converts=False),
    unsupervised("random_projection.GaussianRandomProjection(n_components=2, random_state=0)"),
    unsupervised("random_projection.SparseRandomProjection(n_components=2, random_state=0)", converts=False),
    unsupervised("kernel_approximation.Nystroem(n_components=5, random_state=0)", converts=False),
    unsupervised("kernel_approximation.RBFSampler(n_components=5, random_state=0)", converts=False),
    unsupervised("kernel_approximation.AdditiveChi2Sampler()", POSITIVE, converts=False),
    unsupervised("kernel_approximation.SkewedChi2Sampler(n_components=5, random_state=0)", POSITIVE, converts=False),
    unsupervised(
        "kernel_approximation.PolynomialCountSketch(n_components=5, random_state=0)", since="0.24", converts=False
    ),
    unsupervised("manifold.Isomap(n_neighbors=8)", converts=False),
    unsupervised("manifold.LocallyLinearEmbedding(n_neighbors=8, random_state=0)", converts=False),
    # what changes the conversion, and what has no answer for new rows
    unsupervised("decomposition.PCA(n_components=2)", DOUBLES, tag="double"),
    unsupervised("decomposition.PCA(n_components=0.9)", tag="share"),
    unsupervised("decomposition.IncrementalPCA(n_components=2, whiten=True)", tag="whiten"),
    unsupervised("decomposition.TruncatedSVD(n_components=2, random_state=0)", DOUBLES, tag="double"),
    unsupervised("decomposition.KernelPCA(n_components=2, kernel='linear')", tag="linear"),
    unsupervised("decomposition.KernelPCA(n_components=2, kernel='poly', degree=2)", tag="poly"),
    unsupervised("decomposition.KernelPCA(n_components=2, kernel='sigmoid', gamma=0.1)", tag="sigmoid"),
    unsupervised("decomposition.KernelPCA(n_components=2, kernel='cosine')", tag="cosine"),
    unsupervised("decomposition.SparseCoder(numpy.eye(4, dtype='float32'))", also=("numpy",), converts=False),
    row("cross_decomposition.PLSRegression(n_components=2)", tag="targets", target="targets"),
    regressor("cross_decomposition.PLSRegression(n_components=2, scale=False)", tag="unscaled"),
    unsupervised("random_projection.GaussianRandomProjection(n_components=2, random_state=0)", DOUBLES, tag="double"),
    unsupervised("manifold.MDS(n_init=1, max_iter=5, random_state=0)", converts=False),
    unsupervised("manifold.ClassicalMDS()", since="1.8", converts=False),
    unsupervised("manifold.SpectralEmbedding(random_state=0)", converts=False),
    unsupervised(
        "manifold.TSNE(perplexity=5.0, max_iter=250, init='random', random_state=0)", since="1.5", converts=False
    ),
    unsupervised(
        "manifold.TSNE(perplexity=5.0, n_iter=250, init='random', random_state=0)",
        tag="old",
        until="1.5",
        converts=False,
    ),
    regressor("cross_decomposition.PLSRegression(n_components=2)", DOUBLES, tag="double"),
    unsupervised("decomposition.PCA()", tag="all"),
    unsupervised("decomposition.KernelPCA(n_components=2, kernel='rbf')", DOUBLES, tag="double"),
)
