"""`checker bisect`: the releases of a package at which a failure begins or ends."""
