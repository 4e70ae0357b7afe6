"""Names of people and units, telephone numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from projects.imports.reading.text import HAN, clean, is_blank_word, one_line

BRACKETED = re.compile(r"[（(【\[〔][^（）()【】\[\]〔〕]*[）)】\]〕]")
PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|(?:\(?0\d{2,3}\)?[- ]?)?[2-8]\d{6,7}(?:[-转]\d{1,5})?)(?!\d)"
)
FULL_WIDTH = str.maketrans("０１２３４５６７８９－", "0123456789-")
SEPARATORS = re.compile(r"[、，,/；;\n|＼\\／]+")
TITLES = (
    "县委书记|县委副书记|副书记|(?:常务)?副?[县市区]长|县委常委|常委|人大主任|人大副主任|人大常委会主任|人大常委会副主任|政协主席|政协副主席|主席|副主席|"
    "党组书记|党组副书记|党组成员|党委书记|党委副书记|党委委员|党工委书记|党工委副书记|书记|局长|副局长|主任|副主任|部长|副部长|镇长|副镇长|乡长|副乡长|"
    "县长助理|镇长助理|助理|指挥长|副指挥长|政委|组长|副组长|科长|股长|经理|总经理|副总经理|董事长|院长|校长|所长|站长|处长|科员|调研员|一级调研员|二级调研员|"
    "四级调研员|三级调研员|检察长|公安局长|县领导|秘书长|理事长|会长|负责人|同志|"
    "副总(?!经理|工)|副?总工程师|副?总工(?!程师)|支部书记|支书|总支书记|园长|行长|庭长|队长|主编|监事长"
)
PLACES = (
    "宣传|统战|组织|武装|[县市区镇]委|[县市区]政府|县人大|县政协|县|市|区|镇|乡|常务|政府|党组|"
    "宣传部|统战部|组织部|政法委|纪委监委|纪委|监委|人大|政协|人武部|开发区|管委会|"
    "办公室|党委办公室|委办(?!公室)|政府办(?!公室)|党政办(?!公室)|党政办公室|武装部|检察院|法院|公安局|村|项目|工会|团委|妇联|工商联"
)
# an office, with the post in it or without: `宣传部`, `县商务中心主任`, `彭婆镇镇长`; 王局 and 李政委 are persons
OFFICE = re.compile(
    rf"(?:(?:{PLACES})+|.{{2,12}}?(?:局|(?<![政常])委|办|部|院|室|政府|中心|公司|集团|街道|办事处|管委会|委员会|专班))(?:{TITLES})*"
)
HEAD_OF_PLACE = re.compile(
    r".{2,4}(?:镇(?:常务)?副?镇|乡(?:常务)?副?乡|县(?:常务)?副?县|区(?:常务)?副?区|市(?:常务)?副?市)长"
)
# `彭婆镇党委书记 魏强`: before a name the first is where he is that, else it may be 李强, who is 镇党委书记
POST_OF_PLACE = re.compile(rf"[{HAN}]{{2,4}}(?:镇|乡|村|街道)(?:{PLACES})*(?:{TITLES})+")
LABELLED = re.compile(rf"([^:：]{{1,12}})[:：]((?:{TITLES})*[{HAN}]{{2,4}})")
SURNAMES = re.compile(
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉"
    "宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧沃利"
    "蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公岳帅缑亢况郈有琴商牟佘伯赏墨哈谯笪"
    "年爱阳佟言福肖闫代付兰丘覃涂仝邸郄苟原晋楚卿豆冼啜降银买海仉玄佴妥户拜要揭楼秘种朴亓冶来央初延扎宾宝尼尧展撒攸旷]"
    "|上官|诸葛|夏侯|皇甫|尉迟|令狐|端木|南宫|百里|独孤|澹台|呼延|轩辕|西门|完颜|拓跋|第五|东方|钟离|长孙|淳于|单于|太叔|闾丘|梁丘"
)
TITLE_ONLY = re.compile(rf"(?:(?:{PLACES})*(?:{TITLES})+)+")
TITLE_BEFORE = re.compile(rf"^(?:(?:{PLACES})*(?:{TITLES})+)+[:：]?(?=[{HAN}]{{2,4}}$)")
TITLE_AFTER = re.compile(
    rf"(?<=^[{HAN}]{{2}})(?:{PLACES})*(?:{TITLES})+$|(?<=^[{HAN}]{{3}})(?:{PLACES})*(?:{TITLES})+$|(?<=^[{HAN}]{{4}})(?:{PLACES})*(?:{TITLES})+$"
)
LABEL = re.compile(
    r"^(?:责任人|联系人|姓名|负责人|牵头领导|分包领导|包联领导|责任领导|牵头|配合|组长|副组长|电话|联系电话|手机)[:：]"
)
PERSON = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,10}}·[{HAN}·]{{1,12}}")
UNIT_THEN_PERSON = re.compile(
    rf"(.*(?:局|委|委员会|办|办公室|镇|乡|街道|办事处|中心|公司|集团|政府|开发区|管委会|院|部|处|站|所|会|行|社))((?:[{HAN}]{{2,3}})?)"
)
UNIT_TITLE_PERSON = re.compile(
    rf"(.{{2,}}?(?:局|委|委员会|办|办公室|镇|乡|街道|办事处|中心|公司|集团|政府|开发区|管委会|院|部|处|站|所))(?:{TITLES})([{HAN}]{{2,3}})"
)
JOINED = re.compile(rf"([{HAN}]{{2,3}})[和及与]([{HAN}]{{2,3}})")
NOBODY = frozenset({"同上", "同前", "待定", "空缺", "未定", "暂无", "无", "待明确"})


@lru_cache(maxsize=16384)
def read_people(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names in the order of the cell, and what is no plain name: doubtful ones (they are among the names too), words before
    a colon, and offices where the cell names nobody."""
    named, doubtful = _read_named(text)
    names = [name for name, is_office in named.items() if not is_office]
    doubtful += [name for name in names[:-1] if name not in doubtful and not _may_begin_a_list(name)]
    return tuple(names), tuple(doubtful if names else named)


def read_attendants(text: str) -> list[str]:
    """Who was there: people, and the offices that sent somebody."""
    return list(_read_named(text)[0])


def _read_named(text: str) -> tuple[dict[str, bool], list[str]]:
    """Each name of the cell → whether it is an office's or a post's, and the doubtful words."""
    named: dict[str, bool] = {}
    doubtful: list[str] = []
    for piece in _pieces(_unbracket(_without_phones(text))):
        name = LABEL.sub("", piece).strip("：:。.·-—")
        if (labelled := LABELLED.fullmatch(name)) and not TITLE_ONLY.fullmatch(labelled[2]):
            name = labelled[2]
            if not TITLE_ONLY.fullmatch(labelled[1]) and not OFFICE.fullmatch(labelled[1]):
                doubtful.append(labelled[1])
        if not name or is_blank_word(name) or name in NOBODY or TITLE_ONLY.fullmatch(name):
            continue
        name = TITLE_BEFORE.sub("", name)
        shorter = TITLE_AFTER.sub("", name)
        if HEAD_OF_PLACE.fullmatch(name) or OFFICE.fullmatch(shorter):
            named.setdefault(name if HEAD_OF_PLACE.fullmatch(name) else shorter, True)
            continue
        is_sure = not POST_OF_PLACE.fullmatch(name)
        name = shorter or name
        if name not in named:
            named[name] = False
            if not (is_sure and PERSON.fullmatch(name)):
                doubtful.append(name)
    return named, doubtful


def _may_begin_a_list(name: str) -> bool:
    """What no surname begins, and a place of three characters, is hardly a person where a name follows: `城投 李明`."""
    return bool(SURNAMES.match(name)) and not re.fullmatch(".{2,}[镇乡村]", name)


def _plain_digits(text: str) -> str:
    return clean(text).translate(FULL_WIDTH)


def _without_phones(text: str) -> str:
    return clean(PHONE.sub(" ", _plain_digits(text)))


def _unbracket(text: str) -> str:
    while (shorter := BRACKETED.sub(" ", text)) != text:
        text = shorter
    return text


def _pieces(text: str) -> list[str]:
    """Parts between separators; blanks separate names but never the two characters of one padded name."""
    if re.search(rf"^[{HAN}]\n[{HAN}]$|^[{HAN}]{{2}}\n[{HAN}]$|^[{HAN}]\n[{HAN}]{{2}}$", text):
        text = text.replace("\n", "")
    pieces: list[str] = []
    for part in SEPARATORS.split(text):
        words = _rejoined(part.split())
        index = 0
        while index < len(words):
            word = words[index]
            if len(word) == 1 and index + 1 < len(words) and len(words[index + 1]) == 1:
                word += words[index + 1]
                index += 1
            # 和 may be part of a given name: it joins two names only where the whole would be too long for one
            if POST_OF_PLACE.fullmatch(word) and PERSON.fullmatch("".join(words[index + 1 : index + 2])):
                index += 1
                continue
            joined = JOINED.fullmatch(word) if len(word) >= 5 else None
            pieces += joined.groups() if joined else [word]
            index += 1
    return pieces


def _rejoined(words: list[str]) -> list[str]:
    """`刘 志 刚`: two or three single characters are one name spaced out."""
    spaced = len(words) in {2, 3} and all(len(word) == 1 for word in words)
    return ["".join(words)] if spaced else words


@lru_cache(maxsize=16384)
def read_phones(text: str) -> tuple[str, ...]:
    """Telephone numbers in a cell, without blanks."""
    return tuple(re.sub(r"[ ]", "", found[0]) for found in PHONE.finditer(_plain_digits(text)))


@lru_cache(maxsize=16384)
def read_contact(text: str) -> tuple[str, str]:
    """Name and telephone of a contact cell; several are joined by `、`."""
    names, offices = read_people(text)
    return "、".join(names or offices), "、".join(read_phones(text))


@lru_cache(maxsize=16384)
def read_units(text: str) -> tuple[str, ...]:
    """Units in a cell; what stands in brackets about their part (`（牵头）`) is dropped, the rest kept."""
    bare = re.sub(r"[（(](?:牵头|配合|主责|责任|协助|主管)[^（）()]*[）)]", "、", clean(text))
    bare = re.sub(r"(?:牵头单位|责任单位|配合单位|牵头|配合)[:：]", "、", bare)
    units: list[str] = []
    for piece in re.split(r"[、，,；;/\n]+| (?=[县市省])", _shield(bare)):
        unit = one_line(piece.replace("\x00", "、")).replace(" ", "")
        if unit and not is_blank_word(unit) and unit not in units:
            units.append(unit)
    return tuple(units)


def _shield(text: str) -> str:
    """A newline that merely breaks a unit's name (next line is its ending) is no separator."""
    lines = text.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        ends: object = re.search(
            r"(局|委|办|镇|乡|中心|公司|集团|街道|政府|院|部|处|区|站|所|会|行|社|厅|办事处)$", joined
        )
        ends = ends and not re.match(r"人民政府|政府|办事处|街道办|管委会|管理委员会", line)
        joined += ("\n" if ends and len(line) > 2 else "") + line
    return joined


@lru_cache(maxsize=16384)
def read_unit_and_person(text: str) -> tuple[tuple[str, ...], str, str]:
    """Units, names and telephones of a cell that holds them together: `县水利局 李四 13900000001`."""
    bare = _without_phones(text)
    units: list[str] = []
    people: list[str] = []
    for piece in re.split(r"[\s、，,；;/:：（）()]+", bare):
        found = UNIT_TITLE_PERSON.fullmatch(piece) or UNIT_THEN_PERSON.fullmatch(piece)
        if found:
            units.append(found[1])
            if found[2]:
                people += read_people(found[2])[0]
        elif piece:
            people += read_people(piece)[0]
    return tuple(dict.fromkeys(units)), "、".join(dict.fromkeys(people)), "、".join(read_phones(text))


@lru_cache(maxsize=16384)
def read_owner_and_person(text: str) -> tuple[tuple[str, ...], str, str]:
    """The same where the owner may be called anything: `伊水水务 丁一 13300000000`. The first piece is always the owner."""
    bare = _without_phones(text)
    first, *rest = [piece for piece in re.split(r"[\s、，,；;/:：（）()]+", bare) if piece] or [""]
    units, name, _ = read_unit_and_person(" ".join(rest))
    owner = UNIT_THEN_PERSON.fullmatch(first)
    if owner and owner[2] and not rest:
        return (owner[1],), owner[2], "、".join(read_phones(text))
    return (
        tuple(unit for unit in (first, *units) if unit and not is_blank_word(unit)),
        name,
        "、".join(read_phones(text)),
    )
