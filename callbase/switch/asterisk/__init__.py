"""Asterisk 20 or later as a voice switch, commanded over ARI, and over AMI for what ARI lacks (MixMonitor, PJSIPNotify)."""
