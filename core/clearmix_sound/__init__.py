"""What generators share: analysis, stretch, instruments, effects, mixing."""
