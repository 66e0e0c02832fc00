"""What shops call things, in the languages their pages are written in: data for the generic adapter.

All words but standard and permit numbers are in lower case and are looked for in lower-case text: a pattern
that ignores case tries every alternative at every character.
"""

from __future__ import annotations

import re

from crawlers.platforms.phrases import Book, Phrases

NOT_THE_PRICE = Phrases(
    r"ship|deliver|postage|freight|versand|liefer|livraison|expédition|spedizion|envío|envio|portes|"
    r"gastos|doprav|poštovn|dostaw|toimitus|tarne"
    r"|доставк|משלוח|运费|運費|邮费|快递|送料|배송|szállít|livrare|kargo|ongkir|pengiriman|phí vận chuyển"
    r"|ค่าส่ง|จัดส่ง|frakt|fragt|ship|شحن|توصيل|μεταφορ"
    r"|save|saving|you save|spar|économi|risparmi|ahorr|poupa|ušet[rř]|oszczęd|эконом|חסכון|立减|已省|立省"
    r"|省下|节约"
    r"|megtakar|economise|kazanc|hemat|tiết kiệm|ประหยัด|säästä|bespa|εξοικον|وفر|値引き?額|割引額"
    r"|할인 ?금액|"
    r"节省|折扣券|优惠券|直降|减 ?\||減 ?\||省 ?\||抵 ?\|"
    r"|per month|/month|/mo\b|monthly|a month|finance|instal|mtl\.|monat|mois|al mese|/mese|mensil|"
    r"mensual|cuota|mês|mesač|měsíč|rate[nsi ]|rată|rate "
    r"|kuus|järelmaks|(?<![a-z])kk\b|/kk|месяц|мес\.|рассрочк|кредит|תשלומים|分期|每月|月供|月々|分割|할부"
    r"|ผ่อน"
    r"|ต่อเดือน|tháng|/bln|per bulan"
    r"|részlet|/hó|/lun[aă]|pe lună|/mån|/ay\b|miesięcznie|/mies|splátk|delbetala|avbetaln|قسط|دفعات"
    r"|abbuchung"
    r"|cashback|credit|voucher|gift|vat only|deposit|pfand|定金|订金|訂金|warranty|insurance|garanti"
    r"|\bvrg\b|eco-?tax|recycl|sgr\b"
    r"|protection|trade.?in|points?|积分|返|ポイント|적립|套餐|组合价|組合價|bundle price|bought together"
    r"|(?:buy|compre|compra|kaufe|achetez|lleva|leva|kup|kjøp|köp|køb|купи|mua|beli) \d|買\d|买\d|\d (?:for"
    r"|für|para|pour|per|för|za|за) "
    r"|\boff\b|instant discount|exchange|up to|[ée]co-?part|\bweee\b|\bemi\b|sem juros|faizsiz|taksit"
    r"|ratenzahlung|cicilan|trả góp|niedrigste|lowest price|lägsta pris|najniższa cena"
    r"|prix le plus bas|prezzo più basso|precio más bajo|laagste prijs|laveste pris|nejniž(?:ší|ši) cena"
    r"|najniższej ceny"
    r"|najnižšia cena|legalacsonyabb ár|cel mai mic preț|най-ниска цена|najniža cijena|χαμηλότερη τιμή"
    r"|madalaim hind"
    r"|zemākā cena|mažiausia kaina|minsta pris|menor precio|menor preço"
    r"|(?:last|past|prior|letzte[nr]?|senaste|sidste|siste|ostatni\w*|posledn\w+|derniers|ultim\w+|últimos"
    r"|elmúlt|viimeis\w+|последни\w*) 30"
    r"|alin hinta|payments? of|interest.?free"
    r"|sans frais|sin intereses|senza interessi|免息|in (?:the |your )?(?:cart|basket|bag)\b|im warenkorb"
    r"|sepette|sepete özel|nel carrello|no pix|com pix|à vista|boleto|nakit|havale|coupon"
    r"|kupon|cupon|subscri|\babo\b|abonn|定期|구독|prenumer|subskrypc|předplat|klarna|afterpay|clearpay"
    r"|shop pay"
    r"|or more|или более|и более|ou plus|o più|oder mehr|件以上|個以上|(?:sales|plus|\+) ?tax|tax:"
    r"|order over|orders over|free .{0,20}over|minimum|mindestbestell|dès|a partire da .{0,10}ordin|满|起送"
    r"|延保|保修|以换代修|换新|碎屏|意外保护|保险|換新|保固|換購|换购|加价购|電子書|电子书|e-?book|audiobook"
    r"|税费|税費|进口税|關稅|关税|customs|import (?:fee|charge|dut)"
    r"|尾款|dob[ií]e?rk|nachnahme|contrassegno|contra ?re?embolso|contre.?remboursement|za pobraniem"
    r"|utánvét|ramburs|наложенн|货到付款|代引",
)
"""Words beside an amount that is not what the goods cost."""

WITHOUT_TAX = Phrases(
    r"\b(?:ex|excl|exc|exkl|zzgl|ohne|without|before|net|netto|esclusa|escl|sin|sem|bez|uden|utan|ekskl"
    r"|hors|fără|ilman|brez|tanpa|fara)\b\.?"
    r" ?(?:of )?(?:impuestos?|impostos?|imposte|steuern?"
    r"|vat|tax|gst|mwst|ust|moms|mva|iva|dph|vat-u|btw|taxe?s?|ppn|pdv|ddv|tva|áfa|alv|km|pvm"
    r"|pvn)"
    r"|(?:vat|tax|gst|mwst|iva|btw|moms|dph|kdv)\.? ?(?:excl|ex\b|esclus|exclu|no inclu|não inclu|hariç)"
    r"|\bht\b|\bnetto\b|без налога|без ндс|без пдв|без ддс|本体価格|税抜|税別|不含税|不含稅|未税|未稅"
    r"|부가세 별도|vat 별도|\bnettó\b"
    r"|\+ ?(?:áfa|vat|tva|iva|kdv|dph|moms|mva|mwst|ust|btw|gst|ppn|pdv|ddv|ндс|ддс|пдв)|kdv hariç"
    r"|بدون (?:ال)?ضريبة|قبل الضريبة|לפני מע|ללא מע"
    r"|χωρίς φπα|πλέον φπα"
    r"|chưa (?:bao gồm )?(?:vat|thuế)|ไม่รวม (?:vat|ภาษี)|ราคาก่อน"
)
"""Words beside an amount that tax 税 is still added to."""

WITH_TAX = Phrases(
    r"(?:incl|inkl|inc|ink|med|mit|with|s)\b\.? ?(?:vat|tax|gst|mwst|ust|moms|mva|iva|dph|btw)"
    r"|(?:iva|tva|vat|tax|btw|kdv) ?(?:incl|inbegr|compris|dahil|inclus)|\bttc\b|税込|含税|含稅|z vat"
    r"|\bbrutt[oó]\b|s dph"
    r"|شامل|כולל מע|με φπα|с ндс|з пдв|с ддс|부가세 포함|đã (?:bao gồm|gồm) (?:vat|thuế)|รวม (?:vat|ภาษี)"
    r"|áfá-val|cu tva|termasuk ppn"
)

OWN_LABEL = Phrases(
    r"(?:our|your|sale|special|current|now|final) ?price|\bprice ?:? ?$|\bnow ?:? ?$|preis ?:? ?$"
    r"|prix ?:? ?$|prezzo ?:? ?$"
    r"|precio ?:? ?$|cena ?:? ?$|цена ?:? ?$|价格 ?[:：]? ?$|售价|现价|活动价|促销价|秒杀价|销售价"
    r"|販売価格|特別価格|通販価格|当店価格|セール価格|세일가|판매가|할인가|특가|售價|特價|優惠價|优惠价"
    r"|现售价|\bár ?:? ?$|akciós ár|preț ?:? ?$"
    r"|fiyat[ıi]? ?:? ?$|harga ?:? ?$|giá(?: bán)? ?:? ?$|ราคา ?:? ?$|pris ?:? ?$|hinta ?:? ?$|prijs ?:? ?$"
    r"|τιμή ?:? ?$|السعر|מחיר ?:? ?$"
    r"|цена ?:? ?$|ціна ?:? ?$|cijena ?:? ?$|kaina ?:? ?$|preço ?:? ?$"
)
"""What the price is called before it."""

PROMOTED = Phrases(
    r"(?:促销|促銷|活动|活動|秒杀|秒殺|抢购|搶購|限时|限時|特惠|优惠|優惠)价|(?:促銷|活動|秒殺|搶購|限時|特惠"
    r"|優惠)價|特价|特價"
    r"|(?:sale|special|promo(?:tion(?:al)?)?|offer|clearance|deal|reduced) price|(?:aktions|sonder"
    r"|angebots)preis"
    r"|prix (?:promo|soldé|réduit|spécial)|prezzo (?:scontato|speciale|promo)"
    r"|precio (?:de )?(?:oferta|especial|rebajado|promocional)|preço promocional|cena promocyjna|akční cena"
    r"|цена по акции|акционная цена|特別価格|セール価格|할인가|특가|indirimli fiyat|kampanyalı fiyat"
    r"|akciós ár"
)
"""What a price for a time is called 促销价: it stands in for the shop's own price beside it."""

MEMBERS = Phrases(
    r"会员|會員|plus专享|付费会员|vip ?价|members?(?:hip)? (?:pay|price|only)|\bmembers?:|for members"
    r"|club ?price|with club"
    r"|clubpreis|kundenkarte|klubb|klubow|klubov|klub|medlem|członk|lojalno|törzsvásárl|fidelit|üyelere"
    r"|üye fiyat|anggota|\bmembers?\b"
    r"|thành viên|สมาชิก|jäsen|socia\b|ledenprijs|μέλη|للأعضاء|клубн|за карта|等级价|等級價|vip|贵宾"
    r"|mitglieder|par carte|prix (?:club|membre|adhérent)|prezzo (?:soci|club)|socios?\b|по карте|会員"
    r"|회원|prime (?:price|member)"
    r"|拼[团團单]价|[开参成]团价|团购价|\d人(?:成)?[团團]|group[- ]?(?:buy|price)"
)
"""Words beside an amount that only members pay 会员价, or who buys with others 拼团价."""

PER_UNIT = Phrases(
    r"^\s*\(?\s*/|/\s*(?:\d+\s*)?(?:kg|g|l|ml|cl|m|cm|m²|m2|stk|st|pc|piece|unit|count|ounce|oz|lb|fl|"
    r"kus|ks|шт|単|斤|克|lit(?:er|re|ro)s?|kilo(?:gramm?)?|stück|meter|mètre|metro|dose|pièce|pezzo|unidad)\b"
    r"|\bper\s+(?:\d+\s*)?(?:kg|g|l|ml|100|litre|kilo|unit|count|ounce|item|stuk|buah|pcs)"
    r"|\b(?:pro|por|par|za|на|cada|az|je)\s+(?:\d+\s*)?(?:kg|g|l|ml|100|liter|litro|kilo|unidad|unidade"
    r"|stück|pièce|pezzo|kus|szt|шт)\b"
    r"|あたり|当たり|당\b|/ ?(?:szt|ks|db|buc|adet|buah|pcs|cái|ชิ้น|個|개|ml|100)"
)
"""A unit price 单价, such as 3.99/kg."""

LIST_PRICE = Phrases(
    r"\bwas\b|\brrp\b|\bmsrp\b|\bmrp\b|\bm\.r\.p\b|list price|original|regular price|retail price|compare at"
    r"|before|"
    r"previous|reg\.|uvp|statt|vorher|unverbindlich"
    r"|prix conseillé|prix barré|au lieu de|ancien|avant|prezzo consigliato|prezzo di listino|listino|"
    r"invece di|anziché|precio anterior|antes"
    r"|pvp|preço de lista|bežná cena|běžná cena|původní|pôvodná|cena przed|tavahind|ohjehinta|"
    r"ordinarie|normalpris|prp|preț vechi|старая|"
    r"было|обычная цена|מחיר (?:קודם|מחירון|רגיל)|原价|原價|划线价|吊牌价|市场价|定價|定价|建议零售|"
    r"专柜价|参考价|市價|通常価格|希望小売価格|建議售價|建議價|建议售价|市售價|原售價|\bnorm\.|参考価格"
    r"|定価|元値|정가|소비자가|시중가|van voor"
    r"|eredeti ár|régi ár|korábbi ár|listaár|preț (?:inițial|anterior|recomandat)|pret vechi|eski fiyat"
    r"|liste fiyat|piyasa fiyat"
    r"|harga (?:normal|coret|awal|asli)|giá (?:gốc|cũ|niêm yết|thị trường)|ราคา(?:ปกติ|เดิม|เต็ม)"
    r"|tidigare pris|ord\.? ?pris|førpris|vejl"
    r"|veil\.? pris|adviesprijs|αρχική|السعر (?:السابق|الأصلي|القديم)|قبل الخصم|стара цена|стара ціна"
    r"|redovna cijena|stara cijena"
    r"|doporučená cena|cena katalogowa|poprzednia cena|cena regularna|precio (?:regular|normal|lista"
    r"|original)|preço (?:original|normal)|\bde: ?$"
)
"""Words beside a struck-through or reference price 划线价."""

PRICE_WORDS = Book(NOT_THE_PRICE, WITHOUT_TAX, WITH_TAX, OWN_LABEL, PROMOTED, MEMBERS, PER_UNIT, LIST_PRICE)
"""All words beside amounts."""

OLD_CLASS = Phrases(
    r"(?<![bfghs])old|(?<![a-z])was(?![a-z])|strike|struck|crossed|line-?through|rrp|msrp|before|previous|"
    r"original|regular|(?<![a-z])list-?price"
    r"|pricelist|compare|barre|vecchio|ancien|anterior|(?<![a-z])antes|retail|(?<![a-z])std|standard-?price"
    r"|price-?standard|"
    r"market-?price|line-?price|(?<![a-z])del(?![a-z])",
)
PRICE_CLASS = Phrases(
    r"price|preis|prix|harga|fiyat|(?<![a-z])pris(?![a-z])|cijena|tarif|prezzo|precio|preco|preço|cena|hind"
    r"|hinta|(?<![a-z])prc|prcisum|amount|jiage|"
    r"kaina|(?<![a-z])tm-promo|cost|"
    r"(?<![a-z])bid(?![a-z])|saleprc",
)
MAIN_CLASS = Phrases(
    r"our-?price|final|current|actual|special|discounted|discount-?price|reduced|sale|offer|promo|deal"
    r"|(?<![a-z])now|new-?price|main|"
    r"product-?price|price-?product|buybox|buy-?box|"
    r"pdp|detail|selling|today|itemprop|big|large|(?<![a-z])info",
)
MEMBER_CLASS = Phrases(
    r"(?<![a-z])(?:s?vip|members?(?:hip)?)(?![a-z])|price[-_]?plus(?![a-z])|(?<![a-z])plus[-_]?price"
)
"""What markup calls prices that only members pay."""
OTHER_CLASS = Phrases(
    r"ship(?!ping-?(?:taxable|class))|deliver|cart-?total|subtotal|instal|month|financ|saving|(?<![a-z])save"
    r"|discount-?amount|"
    r"coupon|unit-?price|price-?per|per-?unit",
)
"""What markup calls amounts that are not what the goods cost."""
ASIDE_CLASS = Phrases(
    r"recommend|related|carousel"
    r"|slider|similar|upsell|cross-?sell|(?<![a-z])also|accessor|bundle|sponsor|recently|swiper|"
    r"tooltip|popup|modal|footer|header|nav|menu|filter|warranty|insur"
    r"|minicart|mini-?cart|suggest|(?<!p)review|swatch|variation|other-?seller|(?<![a-z])olp|bought|sims|"
    r"p13n|(?<![a-z])recs?(?![a-z])|bitrec|sponsor",
)
"""Parts of a page that show amounts of other things."""
BRAND_CLASS = Phrases(
    r"(?<!navbar-)(?<!nav-)brand|marque|(?<![a-z])marca|品牌|marken|manufacturer|hersteller|fabricant"
    r"|vendor-?name"
    r"|(?:product|pdp|info|item)[\w-]*vendor|/vendors?[/?]|znacka|vyrobce|producent|(?<![a-z])marka"
    r"|(?<![a-z])merk(?![a-z])"
    r"|varumarke|maker|ブランド|gyarto|producator"
)
"""What markup calls a brand."""
CODE_CLASS = Phrases(
    r"(?<![a-z])sku(?![a-z])|article-?(?:no|number|nr)|item-?(?:no|number|code)|product-?(?:code|number|ref"
    r"|sku)"
    r"|artikel-?(?:nummer|nr)|order-?number|catalog-?number|part-?number"
)
"""What markup calls a number of the goods."""

SERVICES = Phrases(
    r"七天无理由|7天无理由|退货|退换|包邮|正品|假一赔|运费险|极速退款|货到付款|发票|保修|"
    r"free (?:shipping|delivery|returns)|returns?\b.{0,40}\bdays|money.?back"
    r"|warranty|widerruf|rückgabe|kostenloser versand|livraison gratuite|retour|reso gratuito|"
    r"garanzia|devoluci",
)
"""Service promises and return policies 服务承诺."""

PRICE_LABEL = Phrases(
    r"(?:[单双]?人?拼[团单]|团购|会员|plus|vip|88vip|新人|粉丝|学生|促销|特惠|优惠|秒杀|活动|预售|抢购|限时"
    r"|直播|专享|专属|折后|折扣"
    r"|批发|批量|到手|券后|领券后|补贴后|百亿补贴|聚划算|单独购买|单买|现|售|零售|本店|商城|网购|商品|京东"
    r"|淘宝|天猫|超市|双11|双十一)价"
    r"|券后|到手|拼单|单独购买|预估到手|定金|订金|尾款|起批|原价|划线价|市场价|建议零售价|吊牌价|参考价"
    r"|专柜价|定价"
    r"|(?:member|club|coupon|sale|special|group|promo(?:tion)?|our|clearance|subscribe|bulk|online|web|deal"
    r"|current|list|regular|retail|original|rrp|msrp) ?price|\brrp\b|\bmsrp\b|after coupon|with coupon"
    r"|\bwas\b|\bnow\b|aktionspreis|sonderpreis|angebotspreis|uvp|statt"
    r"|prix (?:promo|spécial|membre|conseillé)"
    r"|prezzo (?:speciale|scontato)|precio (?:oferta|especial|socio)|cena (?:po slevě|promocyjna)|акция"
    r"|цена по карте"
)
"""What prices call themselves, in lower case."""

PROMOTION = Phrases(
    r"满\s*\d+.{0,8}[减赠送折]|每满|满减|立减|直降|跨店|限时|秒杀|买.赠|买\d*送|赠品|第[二2]件"
    r"|\d(?:\.\d)?折|优惠券"
    r"|领券|红包|津贴|活动时间|促销时间|距(?:离)?(?:结束|开始)|双\s?(?:11|十一|12|十二)|618|年货节|聚划算"
    r"|预售|抢购"
    r"|\bsave \d+|\d+ ?% off|buy \d+ get|buy one get|free gift|(?:offer|sale|deal|promotion) ends"
    r"|(?:offer|sale|deal|promotion) valid|(?:offer|sale|deal|promotion) until|limited time|flash sale"
    r"|black friday|cyber monday|coupon|promo code|nur (?:bis|heute)|rabatt|gutschein|aktion bis|jusqu'au"
    r"|offre|soldes|sconto|offerta|fino al|descuento|oferta|hasta el|sleva|zľava|promocja|скидк|акци"
)
"""Promotions and their windows 促销, in lower case."""

DEPOSIT = Phrases(r"定金|订金|預付|预付款|尾款|\bdeposit\b|anzahlung|acompte|acconto|предоплат")
"""Words of deposits 定金 and of what is paid later."""

_INDUSTRY = (
    "AQ|BB|C[BHJY]|D[ALZ]|EJ|FZ|G[AHMY]|H[BGJSY]|J[BCGRTY]|KA|L[BDSY]|M[HTZ]|N[BY]|Q[BCJX]|RB|S[BCFHJLNY]|T[BDY]"
    "|W[BHJMSW]|X[BF]|Y[BCDJSYZ]|ZY"
)
"""Codes of the trades 行业标准代号, after the list that goes with 行业标准管理办法."""
_YEAR = r"(?:\s?[-—–]\s?(?:19|20)\d{2})"
STANDARD = re.compile(
    r"(?<![A-Za-z0-9/])(?:"
    rf"G(?:BZ?|JB)(?:/[TZ])?\s?\d{{3,6}}(?:\.\d{{1,3}})?{_YEAR}?"
    rf"|(?:{_INDUSTRY})(?:/[TZ]\s?\d{{3,6}}(?:\.\d{{1,3}})?{_YEAR}?"
    rf"|\s?\d{{3,6}}(?:\.\d{{1,3}})?{_YEAR})"
    rf"|DBS?\d{{2}}(?:\d{{2}})?(?:/\s?T?\s?\d{{1,5}}(?:\.\d{{1,3}})?{_YEAR}?"
    rf"|\s?\d{{2,5}}{_YEAR})"
    rf"|T/[A-Z]{{2,12}}\s?\d{{1,6}}(?:\.\d{{1,3}})?{_YEAR}?"
    rf"|Q/[A-Z0-9]{{2,10}}\s?\d{{3,4}}S?{_YEAR}?)(?![A-Za-z0-9])"
)
"""Standard numbers 标准编号 (标准化法: 国家标准 GB, GB/T; 行业标准; 地方标准 DB with the region's digits;
团体标准 T/ with the association's code; 企业标准 Q/). A trade's code alone may be a model or a serial
number: it counts with /T, /Z or the year behind.
"""
PERMIT = re.compile(
    r"(?<![A-Z0-9])(?:SC\d{14}|QS\d{12}|JY[123]\d{13}|国(?:药准字[HZSBTJ][A-Z]?\d{8}|"
    r"食健[字注]?[GJ]?\d{8}|妆(?:特|备进|特进)字\s?[GJ]?\d{7,10}|械(?:注准|注进|备)\d{8,14})"
    r"|国食健注[GJ]\d{8}|食健备[GJ]\d{12}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"(?:G妆网备字\d{10}|妆\d{8}|械(?:注准|备)\d{8,14}))"
)
"""Food production SC, food sales JY, drug, health food, cosmetics and device numbers 许可证、批准文号; the
ICP filing 备案 in a footer is the site's and says nothing about goods.
"""
