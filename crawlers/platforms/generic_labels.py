"""Labels of values on product pages 字段名, by field, in the languages of shops: data.

In lower case; the whole label has to match. A label's "no." or "nr" may stand with or without its point.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from crawlers.platforms.phrases import alternatives_of

_LABELS: dict[str, tuple[str, ...]] = {
    "sku": (
        r"sku(?: n[or°º]\.?| code)?|code|item|item (?:no|nr|number|code|id|#)|product (?:code|no|nr|number"
        r"|id)",
        r"cat(?:alogue|\.)? (?:no|number)|catalog number|stock (?:code|no|number)|model code",
        r"article(?: (?:no|nr|number|code))?|art|art no|part code|web ?id|reference|ref|lot|style(?: no"
        r"| number)?|asin",
        r"artikel(?:nummer|-?nr|-? ?id|code)?|art\.?-? ?nr|artnr|bestell-?(?:nummer|nr)|best\.?-? ?nr"
        r"|produkt-?(?:nummer|nr|id)",
        r"produktcode|warennummer|sachnummer|referentie|bestelnummer|product(?:nummer|code)",
        r"référence(?: produit)?|réf|réf(?:\.|érence)? (?:article|produit)|code (?:produit|article)"
        r"|n° d'article",
        r"codice|codice (?:prodotto|articolo)|cod\.? (?:prodotto|articolo|art)|articolo|riferimento|rif",
        r"referencia|ref\.ª|código(?: (?:(?:de|del|do) )?(?:producto|produto|artículo|item|interno))?"
        r"|cód(?:igo)?\.?(?: do produto| artículo)?",
        r"referência|número de artículo|clave",
        r"cod produs|cod|cod (?:articol|intern|referință)|referință",
        r"kód|kód (?:produktu|zboží|tovaru|výrobku|zbozi)|kat\.? ?(?:č|číslo)|katal[oó]gov[eé] číslo"
        r"|obj\. kód",
        r"katalogov[eé] č|obj\. ?č|č\. (?:produktu|zboží|artiklu)|objednac[ií] (?:kód|číslo)"
        r"|číslo (?:produktu|zboží|tovaru|artiklu)",
        r"kod(?: (?:produktu|towaru|katalogowy|oferty))?|indeks|symbol|nr (?:artykułu|katalogowy|produktu"
        r"|kat)|numer (?:katalogowy|produktu)",
        r"toote ?kood|tuote(?:numero|koodi|nro)|tuote nro|artikelnr|vare-?(?:nummer|nr)|varunummer|varenr"
        r"|best\.?nr",
        r"код(?: (?:товара|товару|продукта|на продукта|моделі))?|артикул(?:ен номер)?|арт|номер товара"
        r"|каталожен номер|мақала",
        r"šifra(?: (?:artikla|proizvoda|izdelka))?|kataloški broj|prekės kodas|preces kods",
        r"cikkszám|cikk-?szám|term[eé]k ?kód|rendelési szám|κωδικός(?: προϊόντος)?|κωδ",
        r"ürün (?:kodu|no|numarası)|stok (?:kodu|no)|model kodu",
        r"mã|mã (?:sản phẩm|sp|hàng|số)|kode(?: (?:produk|barang|sku))?|nomor produk|รหัส(?:สินค้า)?",
        r"id produto|מק\"ט|מק״ט|מקט|קוד (?:מוצר|פריט)|מספר (?:קטלוגי|מוצר|פריט)",
        r"رمز (?:المنتج|التخزين التعريفي)|رقم (?:المنتج|الصنف)|كود المنتج|الرقم المرجعي|کد (?:محصول|کالا)"
        r"|شناسه محصول",
        r"商品(?:编码|編碼|編號|编号|代码|代碼|貨號|货号)|产品(?:编码|编号|代码|货号)|產品(?:編碼|編號|代碼"
        r"|貨號)",
        r"貨品(?:編號|編碼)|编码|編碼|编号|編號|货号|貨號|款号|款號|款式编号|商品(?:番号|コード|id)|品番"
        r"|管理番号",
        r"상품 ?(?:번호|코드)|제품 ?(?:번호|코드)|품번|자체상품코드",
        r"ebay item number|objektnummer|ebay-artikelnummer|numéro de l'objet ebay|numero oggetto ebay",
        r"número de artículo de ebay",
    ),
    "gtin": (
        r"gtin(?:-?1[34]|-?8)?|gtin/ean|ean(?:[-/ ]?(?:13|8|code|kód|kod|nummer|koodi))?|upc(?:[-/ ]?a)?"
        r"|ean/upc|upc/ean",
        r"isbn(?:[- ]?1[03])?|isbn/ean|ean/isbn|isbn号|国际标准书号(?: ?isbn)?|bar ?code"
        r"|barkod|code[- ]?barres?|codice (?:a barre|ean)",
        r"strichcode|código (?:de barras|ean)|kod (?:kreskowy|ean)|čárový kód|čiarový kód|vonalkód"
        r"|cod (?:de bare|ean)",
        r"streckkod|stregkode|strekkode|viivakoodi|ribakood|barkodas|баркод|штрих-?код|код ean"
        r"|γραμμωτός κωδικός",
        r"jan(?: ?(?:コード|code))?|商品(?:条码|條碼)|条形码|条码|條碼|国际条码|바코드|บาร์โค้ด|mã vạch"
        r"|kode batang|الباركود|باركود|ברקוד",
    ),
    "mpn": (
        r"mpn|manufacturer(?:'s)? (?:part )?(?:no|number|code)|part (?:no|nr|number|#)|part-?number|p/n|pn"
        r"|model n(?:r|o|umber)",
        r"mfr\.? ?(?:part )?(?:no|number|#)?|item model number|model (?:name )?/ ?(?:model )?(?:no|number)"
        r"|model name ?/ ?number",
        r"modell-?(?:nummer|nr)(?:/modellreferenz)?|hersteller-?(?:nummer|nr)|herst\.-nr"
        r"|hersteller-?art(?:ikelnummer|\.-nr)",
        r"artikelnummer des herstellers|réf(?:\.|érence)? fabricant|numéro de pièce fabricant|n° de modèle",
        r"numéro du modèle(?: de l'article)?|numero modello articolo|numero (?:di )?modello(?: articolo)?"
        r"|codice modello",
        r"cod(?:ice|\.) (?:produttore|costruttore)|número de (?:modelo|pieza|parte)|ref(?:erencia"
        r"|\.) (?:del )?fabricante",
        r"código do fabricante|парт-?номер|артикул производителя|код производителя|produktové číslo"
        r"|výrobné číslo|číslo dielu",
        r"kod producenta|nr (?:producenta|części)|numer (?:producenta|części)|číslo modelu|kód výrobc[eu]"
        r"|gyártói (?:cikkszám|kód)|típusszám",
        r"cod producător|üretici kodu|fabrikant(?:code|nummer)|model-?nummer|typenummer",
        r"tillverkarens art(?:ikelnummer|\.nr)|tillv\.? ?art\.?nr|producentens varenummer"
        r"|valmistajan tuote(?:numero|koodi)",
        r"κωδικός κατασκευαστή|メーカー(?:型番|品番)|型番|型式|モデル(?:番号|名)|모델(?:명|번호)"
        r"|หมายเลขรุ่น|nomor model",
        r"产品型号|產品型號|商品型号|型号|型號|رقم الموديل",
    ),
    "brand": (
        r"brand(?: name)?|maker|made by|manufactured by|manufacturer|publisher|marke|hersteller|verlag|marque"
        r"|fabricant|éditeur|marca|produttore",
        r"marchio|editore|fabricante|editorial|editora|merk|fabrikant|značka|výrobca|výrobce|marka"
        r"|producent|wydawnictwo",
        r"tootja|kaubamärk|bränd|brändi|tuotemerkki|valmistaja|märke|varumärke|tillverkare|mærke|merke"
        r"|produsent",
        r"бренд|производитель|виробник|производител|марка|торговая марка|producător|marcă|márka|gyártó|kiadó",
        r"üretici(?: firma)?|merek|thương hiệu|nhãn h(?:iệu|àng)|hãng(?: sản xuất)?|nhà sản xuất|แบรนด์"
        r"|ยี่ห้อ|ผู้ผลิต",
        r"μάρκα|κατασκευαστής|blagovna znamka|proizvođač|proizvajalec|robna marka|brend|gamintojas"
        r"|prekės ženklas",
        r"ražotājs|zīmols|מותג|יצרן|الماركة|ماركة|العلامة التجارية|الشركة المصنعة|برند",
        r"品牌(?:名称?)?|商品品牌|产品品牌|牌子|厂牌|廠牌|商标|生产商|制造商|製造商|ブランド(?:名)?"
        r"|メーカー(?:名)?|製造元|브랜드(?:명)?|제조사|제조원|제조업체",
    ),
    "seller": (
        r"sold by|seller|vendor|sold and shipped by|dispatched from and sold by|verkauf durch|verkäufer"
        r"|verkauf und versand durch",
        r"vendu par|vendeur|vendu et expédié par|venduto da|venditore|venduto e spedito da"
        r"|vendido (?:y enviado )?por|vendedor",
        r"vendido e entregue por|verkoper|verkoop door|vândut (?:și livrat )?de|vânzător|predajca"
        r"|prod[aá]vající|prodejce",
        r"sprzedawca|müüja|myyjä|säljare|s[åä]l(?:d|js) av|sælger|sælges af|selger|selges av|eladó|продавец"
        r"|продавець|מוכר",
        r"satıcı|mağaza|penjual|dijual oleh|người bán|nhà (?:bán|cung cấp)|bán bởi|ผู้ขาย|ร้านค้า"
        r"|จำหน่ายโดย|ขายโดย|πωλητής|البائع",
        r"卖家|賣家|店铺(?:名称)?|店鋪|商家|店家|掌柜|公司名称|판매(?:자|처)|출품자|販売(?:元|者)|ショップ",
    ),
    "stock": (
        r"stock|in stock|current stock|quantity available|available quantity|lagerbestand|auf lager|bestand"
        r"|en stock|quantité en stock",
        r"disponibilità|disponibles|em estoque|estoque|на складе|наличие|в наличии|остаток|в наявності",
        r"库存(?:量|数量)?|庫存(?:量|數量)?|商品库存|商品庫存|存货|存貨|在庫(?:数)?|残り|재고(?:수량)?"
        r"|stok(?: (?:adedi|total|tersisa))?|sisa stok|tồn kho",
        r"คงเหลือ|จำนวนคงเหลือ|stan magazynowy|dostępna ilość|na sklad[eě]|skladom|skladem|készlet(?:en)?"
        r"|raktárkészlet|raktáron|stoc",
        r"lagersaldo|antal i lager|i lager|på lager|varastosaldo|varastossa|voorraad|op voorraad|απόθεμα"
        r"|المخزون|الكمية المتوفرة",
    ),
    "sales": (
        r"销量|銷量|月销量|累计销量|累計銷量|总销量|總銷量|销售(?:数量|件数)|已售(?:数量|件数|出)?"
        r"|售出(?:数量|件数)?|판매(?:량|수)|terjual|đã bán|ขายแล้ว|sold|sprzedano|prodáno",
        r"vendidos|vendus|verkauft|продано",
    ),
    "review_count": (
        r"reviews|ratings|number of (?:reviews|ratings)|customer reviews|anzahl (?:der )?bewertungen"
        r"|nombre d'avis|numero recensioni",
        r"评价数|评论数|評價數|評論數|商品评价数|レビュー(?:数|件数)|리뷰수|jumlah ulasan|liczba opinii"
        r"|počet hodnocení",
    ),
    "origin": (
        r"country of origin|origin|made in|产地|產地|原产地|原產地|原产国|herkunftsland|ursprungsland"
        r"|pays d'origine",
        r"paese d'origine|país de origen|страна производства|страна-производитель|原産国|原産地|원산지"
        r"|제조국|kraj pochodzenia",
        r"země původu|származási hely|țara de origine|menşei|asal|xuất xứ|ประเทศผู้ผลิต",
    ),
    "produced": (
        r"production date|date of manufacture|生产日期|制造日期|生產日期|製造日期|herstellungsdatum"
        r"|製造年月日|제조일자?",
    ),
}  # fmt: skip
LABELS: dict[str, re.Pattern[str]] = {
    field: re.compile(rf"(?:{'|'.join(words)})\.?") for field, words in _LABELS.items()
}
"""Labels of values on a page, by field; the whole label has to match."""
MAKER = re.compile(
    r"maker|made by|manufacturer|publisher|hersteller|verlag|fabricant|éditeur|produttore|editore|fabricante"
    r"|editorial|editora|fabrikant|výrob\w+|producent|wydawnictwo|tootja|valmistaja|tillverkare|produsent"
    r"|производител\w*"
    r"|виробник|producător|gyártó|kiadó|üretici(?: firma)?|hãng sản xuất|nhà sản xuất|ผู้ผลิต|κατασκευαστής"
    r"|proizvođač"
    r"|proizvajalec|gamintojas|ražotājs|יצרן|الشركة المصنعة|生产商|制造商|製造商|製造元|제조(?:사|원|업체)"
)
"""Those of a brand's labels that name who makes the goods."""
CODED = re.compile(
    rf"(?:(?P<sku>{'|'.join(_LABELS['sku'])})|(?P<gtin>{'|'.join(_LABELS['gtin'])})"
    rf"|(?P<mpn>{'|'.join(_LABELS['mpn'])}))\.?(?P<value>\s+[^\W_][\w./+-]*)"
)
"""A label of a code with the code behind it, without a mark between them."""
_FIRST_LETTERS = frozenset(
    re.match(r"\w(?:\w(?![?*]))?", each).group()  # type: ignore[union-attr]
    for words in _LABELS.values()
    for each in alternatives_of("|".join(words))
)


_ANY_LABEL = re.compile(rf"(?:{'|'.join(chain.from_iterable(_LABELS.values()))})\.?")
_BEGINNINGS = frozenset(each[:1] for each in _FIRST_LETTERS)
BEGINNINGS = _BEGINNINGS | {each.upper() for each in _BEGINNINGS}
"""First letters of labels, in either case."""


def may_be_label(text: str) -> bool:
    """Whether lower-case ``text`` begins like the label of any field: a cheap look before the exact one."""
    return text[:1] in _BEGINNINGS and (text[:2] in _FIRST_LETTERS or text[:1] in _FIRST_LETTERS)


@lru_cache(maxsize=8192)
def fields_of(label: str) -> tuple[str, ...]:
    """The fields that a lower-case label names; mostly none or one. Shops use the same few over and over."""
    if not may_be_label(label) or not _ANY_LABEL.fullmatch(label):
        return ()
    return tuple(field for field, words in LABELS.items() if words.fullmatch(label))
