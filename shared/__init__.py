"""What all four services are built on: the policy, the contracts, the logs, persons and time."""
