"""What a rule is: data that says which code of which releases is hostile, and what to write instead."""
