"""年底总账: the year's standing of units and groups, from the frozen months, the half-year observation and the year-end check."""
