"""What the policy says, as code: clauses, roles, days and the authority's file. No clock, nothing of any one place."""
