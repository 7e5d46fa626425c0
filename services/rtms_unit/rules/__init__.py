"""What the rTMS unit may do, and what follows. Plain values in, a refusal or an answer out."""
