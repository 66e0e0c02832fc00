"""The bundled sample marketplace 示例集市: a small invented world whose violations are known.

What lives here: a generator that turns a seed and vocabularies (``data/*.yaml``) into shops, listings,
reviews and prices; the truth about what was planted in them; platforms that show that world as web sites
(``platforms/``); faults that make those sites behave like real ones; a server for one of them.

The room stands alone: it imports third-party libraries and nothing of the product, and nothing of the product
imports it. The product meets it over HTTP, as it would meet any platform; only an evaluation reads the truth.

    data/*.yaml -> vocabulary -> market -> platforms/NAME -> faults -> server
"""
