"""补正: papers go back to be corrected, and the clock of 限时办结 stands still until they are in (decision 0016)."""
