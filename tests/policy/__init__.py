"""The policy, a file a clause: what each demands and what follows when it is not done."""
