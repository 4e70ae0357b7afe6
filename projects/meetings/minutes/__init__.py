"""会议纪要: looked at, issued under a number of its body and year, kept as issued (decision 0017)."""
