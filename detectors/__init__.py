"""What is a violation 违法判定: item detectors (one domain object in) and corpus detectors (columns in).

Pure: no file, clock, socket, database or unseeded chance. May import: domain, and the models that rules/
parses.
"""
