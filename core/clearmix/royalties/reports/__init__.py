"""What people read of settlements: statements to sign, comparisons and estimates to decide by."""
