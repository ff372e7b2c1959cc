"""Where agencies' modules meet the platform: making one, holding it to the contract, routing to it, its duties."""
