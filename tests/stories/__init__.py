"""Whole patients, from referral to follow-up, with the whole team under one clock."""
