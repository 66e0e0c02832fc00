"""Licence display 亮照、亮证、亮标: what a page shows of its operator, if it can be seen, if it is true.

``page.read_page`` turns a document into lines with a visibility verdict; ``decide.LicenceJudge`` says which
links and pictures to fetch and, given them and a register, what the case comes to.
May import: domain, rules.
"""
