"""Rules over what a training made, and over the place that is to use it."""
