"""Every published event, frozen and versioned: what one service may know of another."""
