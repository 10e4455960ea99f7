"""The page Verify: what a file is, by its marks and by its sound."""
