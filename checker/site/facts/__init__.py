"""What follows from the measurements for estimators and for pairs of packages: frozen values, nothing of HTML."""
