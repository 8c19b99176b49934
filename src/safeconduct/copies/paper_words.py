"""The words of the papers, in the languages that have them. Made by machine, not read by native speakers yet.

English follows GC III: Annex IV B for the capture card; the other languages say the same. Keys that begin with `list`
end with how many lines they leave.
"""

# ruff: noqa: E501 (a field and its translations are one row)
from __future__ import annotations

LANGUAGES_OF_PAPERS = ("uk", "ru", "en", "fr", "ar")
CHECKED_PAPERS: frozenset[str] = frozenset()
"""Languages whose papers a native speaker has read: their code comes in with his change to the words."""

_Words = dict[str, str]


def _w(en: str, uk: str, ru: str, fr: str, ar: str) -> _Words:
    return {"en": en, "uk": uk, "ru": ru, "fr": fr, "ar": ar}


TITLES: dict[str, _Words] = {
    "card": _w(
        "Capture card", "Картка про взяття в полон", "Карточка о взятии в плен", "Carte de capture", "بطاقة أسر"
    ),
    "card_law": _w(
        "Geneva Convention III, Art. 70 and Annex IV B. Within one week, by the prisoner himself. No remarks. He is "
        "bound to give only surname, first names, rank, date of birth and number; the rest is his to give.",
        "Женевська конвенція III, ст. 70 і додаток IV B. Не пізніше тижня, заповнює сам полонений. Без приміток. "
        "Він зобов'язаний назвати лише прізвище, ім'я, звання, дату народження і номер; решта на його розсуд.",
        "Женевская конвенция III, ст. 70 и приложение IV B. Не позднее недели, заполняет сам пленный. Без примечаний. "
        "Он обязан назвать только фамилию, имя, звание, дату рождения и номер; остальное по его усмотрению.",
        "Convention de Genève III, art. 70 et annexe IV B. Dans la semaine, par le prisonnier lui-même. Aucune "
        "remarque. Il n'est tenu de donner que nom, prénoms, grade, date de naissance et matricule.",
        "اتفاقية جنيف الثالثة، المادة 70 والملحق الرابع باء. خلال أسبوع، يملؤها الأسير بنفسه. بلا ملاحظات. لا يلزم إلا "
        "بالاسم والرتبة وتاريخ الميلاد والرقم.",
    ),
    "effects": _w("Receipt for effects", "Розписка про речі", "Расписка о вещах", "Reçu pour effets", "إيصال بالأمتعة"),
    "effects_law": _w(
        "Geneva Convention III, Art. 18. Clothing, helmet, gas mask, protective gear, identity papers, badges of rank "
        "and personal things STAY WITH HIM. Money is taken only on an officer's order, against this receipt.",
        "Женевська конвенція III, ст. 18. Одяг, шолом, протигаз, засоби захисту, документи, відзнаки та особисті речі "
        "ЗАЛИШАЮТЬСЯ В НЬОГО. Гроші забирають лише за наказом офіцера і під цю розписку.",
        "Женевская конвенция III, ст. 18. Одежда, каска, противогаз, средства защиты, документы, знаки различия и личные "
        "вещи ОСТАЮТСЯ У НЕГО. Деньги изымаются только по приказу офицера и под эту расписку.",
        "Convention de Genève III, art. 18. Vêtements, casque, masque, protection, papiers, insignes et objets "
        "personnels LUI RESTENT. L'argent n'est pris que sur ordre d'un officier, contre ce reçu.",
        "اتفاقية جنيف الثالثة، المادة 18. تبقى معه ملابسه وخوذته وقناعه ووسائل حمايته ووثائقه وشاراته وأغراضه الشخصية. "
        "لا تؤخذ النقود إلا بأمر ضابط ومقابل هذا الإيصال.",
    ),
    "medical": _w("Medical card", "Медична картка", "Медицинская карточка", "Fiche médicale", "بطاقة طبية"),
    "medical_law": _w(
        "Stays with the person, for the next medic only. Treatment by need alone, whoever he is.",
        "Залишається з людиною, лише для наступного медика. Допомога тільки за потребою, ким би він не був.",
        "Остаётся с человеком, только для следующего медика. Помощь только по нужде, кем бы он ни был.",
        "Reste avec la personne, pour le prochain soignant seulement. Soins selon le seul besoin.",
        "تبقى مع الشخص، للمسعف التالي فقط. العلاج بحسب الحاجة وحدها.",
    ),
    "hand_over": _w("Hand-over sheet", "Акт передачі", "Акт передачи", "Fiche de remise", "محضر تسليم"),
    "hand_over_law": _w(
        "Geneva Convention III, Art. 12, 13, 19, 20. The receiving unit answers for him from the signature on.",
        "Женевська конвенція III, ст. 12, 13, 19, 20. Від підпису за нього відповідає підрозділ, що прийняв.",
        "Женевская конвенция III, ст. 12, 13, 19, 20. С момента подписи за него отвечает принявшее подразделение.",
        "Convention de Genève III, art. 12, 13, 19, 20. L'unité qui reçoit répond de lui dès la signature.",
        "اتفاقية جنيف الثالثة، المواد 12 و13 و19 و20. الوحدة المستلمة مسؤولة عنه منذ التوقيع.",
    ),
}

_SURNAME = _w("Surname", "Прізвище", "Фамилия", "Nom", "اللقب")
_FIRST = _w("First names", "Імена", "Имена", "Prénoms", "الأسماء الأولى")
_RANK = _w("Rank", "Звання", "Звание", "Grade", "الرتبة")
_NUMBER = _w("Service number", "Службовий номер", "Служебный номер", "Matricule", "الرقم العسكري")
_DATE = _w("Date", "Дата", "Дата", "Date", "التاريخ")
_TIME = _w("Time", "Час", "Время", "Heure", "الوقت")
_SIGNATURE = _w("Signature", "Підпис", "Подпись", "Signature", "التوقيع")

CARD: list[tuple[str, _Words]] = [
    (
        "1",
        _w(
            "1. Power on which the prisoner depends",
            "1. Держава, від якої залежить полонений",
            "1. Держава, от которой зависит пленный",
            "1. Puissance dont dépend le prisonnier",
            "1. الدولة التي يتبعها الأسير",
        ),
    ),
    ("2", _w("2. Name", "2. Прізвище", "2. Фамилия", "2. Nom", "2. اللقب")),
    (
        "3",
        _w(
            "3. First names (in full)",
            "3. Імена (повністю)",
            "3. Имена (полностью)",
            "3. Prénoms (en entier)",
            "3. الأسماء كاملة",
        ),
    ),
    (
        "4",
        _w("4. First name of father", "4. Ім'я батька", "4. Имя отца", "4. Prénom du père", "4. اسم الأب"),
    ),
    ("5", _w("5. Date of birth", "5. Дата народження", "5. Дата рождения", "5. Date de naissance", "5. تاريخ الميلاد")),
    (
        "6",
        _w("6. Place of birth", "6. Місце народження", "6. Место рождения", "6. Lieu de naissance", "6. مكان الميلاد"),
    ),
    ("7", _w("7. Rank", "7. Звання", "7. Звание", "7. Grade", "7. الرتبة")),
    ("8", _w("8. Service number", "8. Службовий номер", "8. Служебный номер", "8. Matricule", "8. الرقم العسكري")),
    (
        "9",
        _w(
            "9. Address of next of kin",
            "9. Адреса найближчих рідних",
            "9. Адрес ближайших родственников",
            "9. Adresse des proches",
            "9. عنوان أقرب الأقارب",
        ),
    ),
    (
        "10",
        _w(
            "10. Taken prisoner on (date); or coming from (camp, hospital)",
            "10. Взятий у полон (дата); або прибув з (табір, шпиталь)",
            "10. Взят в плен (дата); или прибыл из (лагерь, госпиталь)",
            "10. Fait prisonnier le; ou venant de (camp, hôpital)",
            "10. أُسر بتاريخ؛ أو قادم من معسكر أو مستشفى",
        ),
    ),
    (
        "11",
        _w(
            "11. Good health · not wounded · recovered · convalescent · sick · slightly wounded · seriously wounded "
            "(underline)",
            "11. Здоровий · не поранений · одужав · одужує · хворий · легко поранений · тяжко поранений (підкреслити)",
            "11. Здоров · не ранен · выздоровел · выздоравливает · болен · легко ранен · тяжело ранен (подчеркнуть)",
            "11. Bonne santé · non blessé · guéri · convalescent · malade · légèrement · gravement blessé (souligner)",
            "11. بصحة جيدة، غير جريح، شفي، في نقاهة، مريض، جرح خفيف، جرح خطير: ضع خطاً",
        ),
    ),
    (
        "12",
        _w(
            "12. My present address: prisoner number, camp",
            "12. Моя адреса тепер: номер полоненого, табір",
            "12. Мой адрес сейчас: номер пленного, лагерь",
            "12. Mon adresse actuelle: numéro, camp",
            "12. عنواني الحالي: رقم الأسير، المعسكر",
        ),
    ),
    ("13", _w("13. Date", "13. Дата", "13. Дата", "13. Date", "13. التاريخ")),
    ("14", _w("14. Signature", "14. Підпис", "14. Подпись", "14. Signature", "14. التوقيع")),
]

EFFECTS: list[tuple[str, _Words]] = [
    ("surname", _SURNAME),
    ("first", _FIRST),
    ("rank", _RANK),
    ("number", _NUMBER),
    (
        "list6",
        _w(
            "Things taken into safe keeping, one a line, with their number",
            "Речі, взяті на зберігання, по одній у рядку, з кількістю",
            "Вещи, взятые на хранение, по одной в строке, с количеством",
            "Objets pris en garde, un par ligne, avec leur nombre",
            "أشياء أُخذت للحفظ، واحد في كل سطر، مع العدد",
        ),
    ),
    (
        "money",
        _w(
            "Money: amount and currency, by order of (officer)",
            "Гроші: сума і валюта, за наказом (офіцер)",
            "Деньги: сумма и валюта, по приказу (офицер)",
            "Argent: montant et monnaie, sur ordre de (officier)",
            "نقود: المبلغ والعملة، بأمر الضابط",
        ),
    ),
    (
        "issuer",
        _w(
            "Taken by: name, rank, unit (legibly)",
            "Прийняв: прізвище, звання, підрозділ (розбірливо)",
            "Принял: фамилия, звание, подразделение (разборчиво)",
            "Pris par: nom, grade, unité (lisiblement)",
            "استلمها: الاسم، الرتبة، الوحدة، بوضوح",
        ),
    ),
    ("date", _DATE),
    (
        "signatures",
        _w("Signatures of both", "Підписи обох", "Подписи обоих", "Signatures des deux", "توقيع الطرفين"),
    ),
]

MEDICAL: list[tuple[str, _Words]] = [
    ("date", _DATE),
    ("time", _TIME),
    (
        "condition",
        _w(
            "Condition when received",
            "Стан при прийомі",
            "Состояние при приёме",
            "État à la réception",
            "الحالة عند الاستلام",
        ),
    ),
    (
        "list2",
        _w(
            "Injuries: where, what",
            "Поранення: де, які",
            "Ранения: где, какие",
            "Blessures: où, lesquelles",
            "الإصابات: أين وما هي",
        ),
    ),
    (
        "tourniquet",
        _w(
            "Tourniquet: limb, put on at",
            "Турнікет: кінцівка, накладено о",
            "Жгут: конечность, наложен в",
            "Garrot: membre, posé à",
            "العاصبة: الطرف، وُضعت الساعة",
        ),
    ),
    (
        "list3",
        _w(
            "Given: medicine, dose, time",
            "Дано: препарат, доза, час",
            "Дано: препарат, доза, время",
            "Donné: médicament, dose, heure",
            "أُعطي: الدواء، الجرعة، الوقت",
        ),
    ),
    (
        "allergies",
        _w("Allergies, illnesses", "Алергії, хвороби", "Аллергии, болезни", "Allergies, maladies", "حساسية، أمراض"),
    ),
    (
        "urgency",
        _w(
            "Evacuation: urgent · priority · can wait (underline)",
            "Евакуація: негайно · першочергово · може чекати (підкреслити)",
            "Эвакуация: срочно · в первую очередь · может ждать (подчеркнуть)",
            "Évacuation: urgente · prioritaire · peut attendre (souligner)",
            "الإخلاء: عاجل، أولوية، يمكن الانتظار: ضع خطاً",
        ),
    ),
    ("medic", _w("Medic: signature", "Медик: підпис", "Медик: подпись", "Soignant: signature", "المسعف: التوقيع")),
]

HAND_OVER: list[tuple[str, _Words]] = [
    ("date", _DATE),
    ("time", _TIME),
    ("place", _w("Place", "Місце", "Место", "Lieu", "المكان")),
    (
        "persons",
        _w("How many persons", "Скільки осіб", "Сколько человек", "Combien de personnes", "عدد الأشخاص"),
    ),
    ("condition", _w("Condition", "Стан", "Состояние", "État", "الحالة")),
    (
        "unit",
        _w("Receiving unit", "Підрозділ, що прийняв", "Принявшее подразделение", "Unité qui reçoit", "الوحدة المستلمة"),
    ),
    (
        "given",
        _w(
            "Given: water · food · warmth · dressing (underline)",
            "Дано: вода · їжа · тепло · перев'язка (підкреслити)",
            "Дано: вода · еда · тепло · перевязка (подчеркнуть)",
            "Donné: eau · nourriture · chaleur · pansement (souligner)",
            "أُعطي: ماء، طعام، دفء، ضمادة: ضع خطاً",
        ),
    ),
    (
        "list3",
        _w(
            "With him came: papers, effects, receipts",
            "Разом з ним передано: документи, речі, розписки",
            "Вместе с ним передано: документы, вещи, расписки",
            "Avec lui: papiers, effets, reçus",
            "سُلّم معه: وثائق، أمتعة، إيصالات",
        ),
    ),
    (
        "gave",
        _w("Handed over by: signature", "Передав: підпис", "Передал: подпись", "Remis par: signature", "سلّم: التوقيع"),
    ),
    (
        "took",
        _w(
            "Received by: name, signature",
            "Прийняв: прізвище, підпис",
            "Принял: фамилия, подпись",
            "Reçu par: nom, signature",
            "استلم: الاسم، التوقيع",
        ),
    ),
]
