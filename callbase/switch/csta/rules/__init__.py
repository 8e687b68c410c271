"""What to ask of the switch for an affair, and when: each rule gives the one service it wants now, or none."""
