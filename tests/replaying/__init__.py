"""The replay of missed duties and the what-if (features 4 and 5), on logs that a service in memory wrote."""
