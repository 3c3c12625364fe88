"""The only place that touches processes, files, signals and the network's tools; everything else computes."""
