"""What a sweep keeps: folders of packages, models by their content, lines of evidence. It alone touches files here."""
