"""How a score is made: pure functions over dated facts and a scheme that is data. See docs/decisions/0004."""
