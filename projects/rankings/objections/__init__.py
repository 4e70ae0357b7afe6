"""征求意见: between the trial and the publication units say what is wrong with their rows, and the office answers."""
