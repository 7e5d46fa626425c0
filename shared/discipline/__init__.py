"""What every discipline does alike: it answers referrals, gives sessions, follows up and reports.

A discipline is a small folder in `services/` that takes this over; the smallest one adds nothing.
"""
