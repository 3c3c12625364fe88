"""What measurements say of plans before anything is tried: they order the search, and prove nothing."""
