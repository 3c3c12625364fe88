"""The compatibility page: what was measured, as a folder of pages that need no server; `site.build` makes them all."""
