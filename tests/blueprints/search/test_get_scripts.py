"""GET /search in many scripts: finds a part of a word or a folded one, and not everything."""

# ruff: noqa: RUF001 - scripts whose letters look alike are the point

import pytest

from tests.search import found, make_found_course

# For each language titles, and queries with the titles that they find, by their numbers.
LANGUAGES = {
    "Japanese": (
        [
            "機械学習入門",
            "深層学習の基礎",
            "日本語の文法",
            "ガス工学",
            "カスタム設計",
            "東京の歴史",
            "京都の歴史",
            "コンピュータ",
        ],
        {
            "学習": [0, 1],
            "機械学習": [0],
            "文法": [2],
            "ガス": [3],
            "カス": [4],
            "京都": [6],
            "東京": [5],
            "学": [0, 1, 3],
            "ｺﾝﾋﾟｭｰﾀ": [7],
            "歴史": [5, 6],
            "学習 基礎": [1],
            "習学": [],
            "化学": [],
        },
    ),
    "Chinese": (
        ["人工智能导论", "工人运动史", "中国历史", "历史学中的方法", "数据结构"],
        {
            "人工": [0],
            "工人": [1],
            "历史": [2, 3],
            "智能": [0],
            "中国": [2],
            "国中": [],
            "结构 数据": [4],
            "人": [0, 1],
        },
    ),
    "Korean": (
        ["한국어 문법", "한국의 역사", "인공지능학습", "산과 바다"],
        {"한국": [0, 1], "학습": [2], "역사": [1], "사": [1], "산": [3], "국한": [], "한국 문법": [0]},
    ),
    "Thai": (["ภาษาไทยเบื้องต้น", "ประวัติศาสตร์ไทย"], {"ภาษา": [0], "ไทย": [0, 1], "ศาสตร์": [1], "เคมี": []}),
    "Arabic": (
        ["الكِتَابُ الأوّل", "مدرسة القمر", "أساسيات البرمجة", "كتب التاريخ", "علـــم الفلك"],
        {
            "كتاب": [0],
            "الكتاب": [0],
            "كتا": [0],
            "القمر": [1],
            "قمر": [1],
            "مدرسه": [1],
            "اساسيات": [2],
            "إساسيات": [2],
            "برمجة": [2],
            "علم": [4],
            "كتب": [3],
            "شمس": [],
        },
    ),
    "Hebrew": (["שָׁלוֹם עולם", "שלומית"], {"שלום": [0], "שלומ": [1], "עולם": [0]}),
    "German": (
        ["Größe und Maß", "Die Straße", "Datenschutzgrundverordnung", "Müller und Söhne", "Übungen", "Maße", "Orangen"],
        {
            "grosse": [0],
            "größe": [0],
            "groesse": [0],
            "strasse": [1],
            "STRASSE": [1],
            "verordnung": [2],
            "schutz": [2],
            "mueller": [3],
            "muller": [3],
            "Müll": [3],
            "uebung": [4],
            "übung": [4],
            "daten": [2],
            "range": [],
            "ordnungen": [],
        },
    ),
    "Turkish": (
        ["İstanbul Tarihi", "IŞIK ve gölge", "Türkçe dilbilgisi", "Irmak"],
        {
            "istanbul": [0],
            "İSTANBUL": [0],
            "ıstanbul": [0],
            "ışık": [1],
            "isik": [1],
            "ISIK": [1],
            "turkce": [2],
            "golge": [1],
            "ırmak": [3],
            "irm": [3],
            "ankara": [],
        },
    ),
    "Russian": (
        ["Ёлки и звёзды", "Математика для всех", "Астрономия", "Мастер и Маргарита"],
        {
            "елки": [0],
            "ёлк": [0],
            "звезд": [0],
            "математик": [1],
            "МАТЕМАТИКА": [1],
            "астр": [2],
            "маст": [3],
            "марга маст": [3],
            "тематика": [],
            "тем": [],
        },
    ),
    "Greek": (
        ["Σίσυφος", "Ελληνική ιστορία", "ΟΔΥΣΣΕΙΑ"],
        {"σισυφος": [0], "ΣΙΣΥΦΟΣ": [0], "ιστορια": [1], "οδυσσεια": [2], "ιλιας": []},
    ),
    "Hindi": (
        ["हिन्दी व्याकरण", "काम और समय", "कम बोलो", "ज़मीन"],
        {"काम": [1], "कम": [2], "व्याकरण": [0], "हिन्": [0], "जमीन": [3], "किमी": []},
    ),
    "Vietnamese": (["Tiếng Việt cơ bản", "Đường phố"], {"tieng viet": [0], "việt": [0], "duong": [1], "đường": [1]}),
    "Polish": (["Łódź i okolice", "Lodowce"], {"lodz": [0], "łódź": [0], "lodo": [1]}),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_found_by_parts_and_folded_forms_and_others_are_not(client, owner, language):
    titles, queries = LANGUAGES[language]
    make_found_course(owner, "Other", *({"title": title} for title in titles))

    results = {query: sorted(found(client, query, kind="lesson")) for query in queries}

    assert results == {query: sorted(titles[number] for number in numbers) for query, numbers in queries.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_found_alike(client, owner, language):
    titles, _ = LANGUAGES[language]
    for number, title in enumerate(titles):
        make_found_course(owner, f"Course {number}", {"title": "A"}, description=f"… {title}, …")

    for number, title in enumerate(titles):
        assert found(client, title, kind="course") == [f"Course {number}"]
