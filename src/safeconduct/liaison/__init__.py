"""The doors to the outside: own side's screens (TAK), and protective signs as messages (Whiteflag)."""
