"""What a leader reads off a frozen board: losses, the year, the standing."""
