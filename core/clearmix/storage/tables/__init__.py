"""SQLModel tables, one module for each room of the kernel."""
