"""Clusters, mixtures, outliers."""

from __future__ import annotations

from ..rows import DOUBLES, INTEGERS, POSITIVE, unsupervised

ROWS = (
    unsupervised("cluster.MiniBatchKMeans(n_clusters=3, n_init=2, random_state=0)"),
    unsupervised("cluster.BisectingKMeans(n_clusters=3, random_state=0)", since="1.1", converts=False),
    unsupervised("cluster.MeanShift(bandwidth=3.0, bin_seeding=True)", converts=False),
    unsupervised("cluster.AffinityPropagation(damping=0.8)", converts=False),
    unsupervised("cluster.Birch(n_clusters=3)", converts=False),
    unsupervised("cluster.FeatureAgglomeration(n_clusters=2)", converts=False),
    unsupervised("mixture.GaussianMixture(n_components=2, random_state=0)"),
    unsupervised("mixture.GaussianMixture(n_components=2, covariance_type='diag', random_state=0)", tag="diag"),
    unsupervised("mixture.BayesianGaussianMixture(n_components=2, random_state=0)"),
    unsupervised("covariance.EllipticEnvelope(random_state=0)", converts=False),
    # what changes the conversion, and what has no answer for new rows
    unsupervised("cluster.KMeans(n_clusters=3, n_init=2, random_state=0)", DOUBLES, tag="double"),
    unsupervised("cluster.KMeans(n_clusters=3, n_init=2, random_state=0)", INTEGERS, tag="integer"),
    unsupervised("cluster.MiniBatchKMeans(n_clusters=3, n_init=2, random_state=0)", DOUBLES, tag="double"),
    unsupervised("cluster.AgglomerativeClustering()", converts=False),
    unsupervised("cluster.DBSCAN()", converts=False),
    unsupervised("cluster.HDBSCAN()", since="1.3", converts=False),
    unsupervised("cluster.OPTICS()", since="0.21", converts=False),
    unsupervised("cluster.SpectralClustering(n_clusters=2, random_state=0)", converts=False),
    unsupervised("cluster.SpectralBiclustering(n_clusters=2, random_state=0)", POSITIVE, converts=False),
    unsupervised("cluster.SpectralCoclustering(n_clusters=2, random_state=0)", POSITIVE, converts=False),
    unsupervised("mixture.GaussianMixture(n_components=2, covariance_type='tied', random_state=0)", tag="tied"),
    unsupervised(
        "mixture.GaussianMixture(n_components=2, covariance_type='spherical', random_state=0)", tag="spherical"
    ),
    unsupervised(
        "mixture.GaussianMixture(n_components=2, random_state=0)", tag="samples", options={"score_samples": True}
    ),
    unsupervised("mixture.GaussianMixture(n_components=2, random_state=0)", DOUBLES, tag="double"),
    unsupervised("mixture.BayesianGaussianMixture(n_components=2, covariance_type='diag', random_state=0)", tag="diag"),
    unsupervised("covariance.EmpiricalCovariance()", converts=False),
    unsupervised("covariance.GraphicalLasso()", since="0.20", converts=False),
    unsupervised("covariance.GraphicalLassoCV(cv=2)", since="0.20", converts=False),
    unsupervised("covariance.LedoitWolf()", converts=False),
    unsupervised("covariance.MinCovDet(random_state=0)", converts=False),
    unsupervised("covariance.OAS()", converts=False),
    unsupervised("covariance.ShrunkCovariance()", converts=False),
    unsupervised("covariance.GraphLasso()", until="0.22", converts=False),
    unsupervised("covariance.GraphLassoCV(cv=2)", until="0.22", converts=False),
)
