"""All searching: papers for a query, papers on a subject, papers like one of the library."""
