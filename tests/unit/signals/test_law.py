"""The law of words: each rule with an example that fails, in every language in which a word can break it."""

from __future__ import annotations

import re

import pytest

from safeconduct.signals import (
    LANGUAGES,
    LAWS,
    MACHINE_MADE,
    PHRASES,
    PhraseBook,
    PhraseText,
    law_breaches,
    text_breaches,
)
from safeconduct.words import own_phrases

UNLAWFUL: dict[str, dict[str, str | None]] = {
    "threat": {
        "uk": "Йдіть, інакше ми вас знищимо",
        "ru": "Идите, или вас убьют",
        "en": "Come out or die",
        "fr": "Sortez, sinon nous tirons",
        "es": "Salga o morirá",
        "de": "Kommen Sie, sonst schießen wir",
        "tr": "Gelin, yoksa öleceksiniz",
        "ar": "اخرج وإلا سنقتلك",
        "fa": "بیایید وگرنه کشته می‌شوید",
        "he": "צא, אחרת נהרוג אותך",
        "zh": "出来，否则开枪",
        "ko": "나오십시오. 그렇지 않으면 사살합니다",
    },
    "emblem": {
        "uk": "Ми Червоний Хрест",
        "ru": "Мы от Красного Креста",
        "en": "We are the Red Cross",
        "fr": "Nous sommes la Croix-Rouge",
        "es": "Somos la Cruz Roja",
        "de": "Wir sind das Rote Kreuz",
        "tr": "Biz Kızılay'ız",
        "ar": "نحن من الهلال الأحمر",
        "fa": "ما هلال احمر هستیم",
        "he": "אנחנו הצלב האדום",
        "zh": "我们是红十字会",
        "ko": "우리는 적십자입니다",
    },
    "helmet": {
        "uk": "Скиньте каску",
        "ru": "Бросьте каску и жилет",
        "en": "Throw away your helmet",
        "fr": "Jetez votre casque",
        "es": "Quítese el casco",
        "de": "Werfen Sie den Helm weg",
        "tr": "Miğferinizi çıkarın",
        "ar": "اخلع الخوذة",
        "fa": "کلاه‌خود را دربیاورید",
        "he": "הסר את הקסדה",
        "zh": "摘下头盔",
        "ko": "헬멧을 벗으십시오",
    },
    "insult": {
        "uk": "Виходь, боягузе",
        "ru": "Выходи, трус",
        "en": "Come out, coward",
        "fr": "Sortez, lâche",
        "es": "Salga, cobarde",
        "de": "Komm heraus, Feigling",
        "tr": "Çık, korkak",
        "ar": "اخرج يا جبان",
        "fa": "بیرون بیا ترسو",
        "he": "צא החוצה, פחדן",
        "zh": "出来，懦夫",
        "ko": "나와라, 겁쟁이",
    },
    "bargain": {
        "uk": "Скажіть, де ваші, і отримаєте гроші",
        "ru": "Назовите координаты",
        "en": "Tell us where your unit is",
        "fr": "Donnez les coordonnées",
        "es": "Le damos una recompensa",
        "de": "Sie bekommen Geld",
        "tr": "Size ödül verilecek",
        "ar": "ستحصل على مكافأة",
        "fa": "به شما پاداش می‌دهیم",
        "he": "תקבל כסף",
        "zh": "给你奖励",
        "ko": "보상을 줍니다",
    },
    "ruse": {
        "uk": "Ми свої, виходьте",
        "ru": "Мы свои, выходите",
        "en": "There is a ceasefire",
        "fr": "La guerre est finie",
        "es": "Hay un alto el fuego",
        "de": "Der Krieg ist vorbei",
        "tr": "Ateşkes var",
        "ar": "انتهت الحرب",
        "fa": "آتش‌بس است",
        "he": "יש הפסקת אש",
        "zh": "已经停火",
        "ko": "휴전입니다",
    },
    "promise": dict.fromkeys(LANGUAGES, None),  # the product's own promise, said where it is not locked
    "bare": {
        "uk": "Так.",
        "ru": "Нет.",
        "en": "Yes!",
        "fr": "Oui.",
        "es": "Sí.",
        "de": "Nein",
        "tr": "Hayır.",
        "ar": "نعم.",
        "fa": "نه.",
        "he": "כן.",
        "zh": "不是。",
        "ko": "아니요.",
    },
}
BY_WORDS = [(rule, code, text) for rule, rows in UNLAWFUL.items() for code, text in rows.items()]


@pytest.mark.parametrize("code", LANGUAGES)
def test_our_own_phrases_keep_the_law(code: str) -> None:
    book = own_phrases(code)
    assert law_breaches(book) == []
    assert set(book.phrases) == set(PHRASES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_claims_that_a_native_speaker_has_read_it_before_one_did(code: str) -> None:
    book = own_phrases(code)
    assert (book.mark, book.checked) == (MACHINE_MADE, False)


@pytest.mark.parametrize(("rule", "code", "text"), BY_WORDS, ids=[f"{r}-{c}" for r, c, _ in BY_WORDS])
def test_words_that_break_the_law_are_found(rule: str, code: str, text: str | None) -> None:
    said = text if text is not None else own_phrases(code).phrases["not-attacked"].spoken
    assert rule in {breach.rule for breach in text_breaches(code, said, "an example")}


def test_every_rule_of_words_has_an_example_in_every_language() -> None:
    assert all(set(rows) == set(LANGUAGES) for rows in UNLAWFUL.values())
    assert set(UNLAWFUL) | {"keys", "mark", "length", "legend"} == set(LAWS)


@pytest.mark.parametrize("code", LANGUAGES)
def test_that_he_will_not_be_killed_is_lawful_only_as_a_promise(code: str) -> None:
    said = own_phrases(code).phrases["not-killed"].spoken
    assert text_breaches(code, said, "answer", promises=True) == []
    assert "threat" in {breach.rule for breach in text_breaches(code, said, "answer")}


def test_a_threat_is_a_threat_in_a_promise_too() -> None:
    found = text_breaches("en", "You will be killed. You are not seen.", "answer", promises=True)
    assert [breach.rule for breach in found] == ["threat"]


def _with(**changed: PhraseText) -> PhraseBook:
    book = own_phrases("en")
    return PhraseBook("en", {**book.phrases, **{key.replace("_", "-"): text for key, text in changed.items()}})


def _rules(book: PhraseBook) -> list[str]:
    return [breach.rule for breach in law_breaches(book)]


def test_a_missing_an_unknown_and_an_empty_phrase_are_each_named() -> None:
    book = own_phrases("en")
    lacking = {key: text for key, text in book.phrases.items() if key != "follow"}
    assert [(b.rule, b.where) for b in law_breaches(PhraseBook("en", lacking))] == [("keys", "follow")]
    assert _rules(_with(surrender_or_else=PhraseText("Hello", "Hello"))) == ["keys"]
    assert _rules(_with(wait=PhraseText(" ", "Wait"))) == ["keys"]


@pytest.mark.parametrize("key", ["code-light", "code-motion"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_legend_the_other_way_round_is_found_in_every_language(code: str, key: str) -> None:
    book = own_phrases(code)
    text = book.phrases[key]

    def swapped(words: str) -> str:
        """ "One flash: no. Two flashes: yes." """
        first, second = (part for part in re.split("[.。]", words) if part.strip())
        marks = [":" if ":" in first else "："] * 2
        (sign_1, yes), (sign_2, no) = first.split(marks[0]), second.split(marks[1])
        return f"{sign_1}{marks[0]}{no}. {sign_2.strip()}{marks[1]}{yes}."

    wrong = PhraseText(swapped(text.spoken), swapped(text.printed))
    found = law_breaches(PhraseBook(code, {**book.phrases, key: wrong}))
    assert [(breach.rule, breach.where) for breach in found] == [
        ("legend", f"{key}, spoken"),
        ("legend", f"{key}, printed"),
    ]


def test_a_language_without_lists_of_words_is_not_said_at_all() -> None:
    assert _rules(PhraseBook("xx", own_phrases("en").phrases)) == ["keys"]


def test_a_line_that_is_too_long_for_the_ear_is_refused() -> None:
    assert _rules(_with(wait=PhraseText("Wait here " * 10, "Wait"))) == ["length"]


def test_keep_protection_must_say_that_the_helmet_is_kept() -> None:
    assert _rules(_with(keep_protection=PhraseText("Keep your papers.", "Keep your helmet"))) == ["helmet"]


@pytest.mark.parametrize(
    ("mark", "by", "on", "lawful"),
    [
        (MACHINE_MADE, "", "", True),
        ("", "", "", False),
        ("", "O. K.", "", False),
        ("", "", "2026-01-31", False),
        ("", "O. K.", "yesterday", False),
        ("", "O. K.", "2026-01-31", True),
    ],
)
def test_the_mark_falls_only_with_a_name_and_a_date(mark: str, by: str, on: str, lawful: bool) -> None:
    book = PhraseBook("en", own_phrases("en").phrases, mark, by, on)
    assert (_rules(book) == []) is lawful


def test_vowel_marks_and_big_letters_hide_nothing() -> None:
    assert text_breaches("ar", "نَحْنُ مِنَ الهِلَالِ الأَحْمَر", "heading")
    assert text_breaches("tr", "BİZ KIZILAY", "heading") or text_breaches("tr", "Kızılay", "heading")
    assert text_breaches("en", "we help ✚", "heading")
