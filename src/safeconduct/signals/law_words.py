"""Words by which the linter knows a breach, for each language: stems; a word that ends in `_` stands whole.

Made by a machine like the phrases; a native speaker who checks a language checks its rows here too. Longer is better:
a word too many costs somebody a better phrase, a word too few could cost a life.
"""

from __future__ import annotations

Words = dict[str, tuple[str, ...]]


def _rows(table: str) -> Words:
    """One row for a language (or several): its code, then words parted by ` · `."""
    words: Words = {}
    for line in table.strip().splitlines():
        code, _, listed = line.partition("  ")
        words[code] = (*words.get(code, ()), *(word.replace("_", " ") for word in listed.split(" · ")))
    return words


THREAT = _rows("""
en  kill · die_ · dead · death · shoot · fire on · destroy · bomb · or else · last chance · no mercy
ru  убь · убит · убива · умр · умер · смерт · расстрел · стреля · уничтож · бомб · иначе · последний шанс
uk  вб' · вби · убива · помр · смерт · розстріл · стріля · знищ · бомб · інакше · останній шанс
fr  tué · tuer · mort · mourir · mourr · tirer · tirons · détruire · détrui · bombe · sinon · dernière chance
es  matar · mata · muert · morir · morirá · dispar · destru · bomb · si no, · última oportunidad
de  töt · getötet · tot_ · tod_ · sterb · stirb · schieß · schiess · vernicht · bombe · sonst · letzte chance
tr  öldür · öl_ · ölecek · ölür · ölüm · vurul · ateş aç · yok ed · bomba · yoksa · son şans
ar  تقتل · نقتل · سنقتل · قتل · موت · تموت · نطلق النار · ندمر · قنبل · وإلا · آخر فرصة
fa  کشته · می‌کشیم · میکشیم · بمیر · می‌میر · مرگ · شلیک · نابود · بمب · وگرنه · آخرین فرصت
he  יהרג · נהרוג · תמות · מוות · נירה · יירו · נשמיד · פצצ · אחרת · הזדמנות אחרונה
zh  杀 · 死 · 开枪 · 射击 · 消灭 · 炸弹 · 否则 · 最后机会 · 最后的机会
ko  죽이 · 죽인 · 죽일 · 죽는 · 죽습 · 사살 · 쏘 · 쏩 · 폭탄 · 섬멸 · 그렇지 않으면 · 마지막 기회
""")
NEGATION = _rows("""
en  not_ · no_ · never_ · nobody_
ru  не_ · нет_ · никто_
uk  не_ · ні_ · ніхто_
fr  ne_ · n' · pas_ · personne_
es  no_ · nadie_
de  nicht_ · kein · niemand
tr  değil · meyecek · mayacak · öldürülmeyecek · öldürmeyecek · saldırmayacak
ar  لن_ · لا_ · لم_ · ليس_
fa  نه_ · نخواه · نمی · نکن · نیست
he  לא_ · אין_
zh  不 · 没
ko  않 · 아니 · 안_
""")
_EMBLEM = _rows("""
en  red cross · red crescent · red crystal · united nations · un_ · u.n. · icrc_
ru  красный крест · красного крест · красным крест · красный полумесяц · красного полумесяц · оон_
ru  объединённых наций · объединенных наций · мккк_
uk  червоний хрест · червоного хрест · червоним хрест · червоний півмісяць · червоного півмісяц · оон_
uk  об'єднаних націй · мкчх_
fr  croix-rouge · croix rouge · croissant-rouge · croissant rouge · nations unies · onu_ · cicr_
es  cruz roja · media luna roja · naciones unidas · onu_ · cicr_
de  rotes kreuz · roten kreuz · rote kreuz · roter halbmond · roten halbmond · vereinte nationen
de  vereinten nationen · uno_ · ikrk_
tr  kızılhaç · kızılay · kızıl haç · birleşmiş milletler · bm_
ar  الصليب الأحمر · الهلال الأحمر · الأمم المتحدة
fa  صلیب سرخ · هلال احمر · سازمان ملل
he  הצלב האדום · הסהר האדום · האומות המאוחדות · או"ם
zh  红十字 · 红新月 · 联合国
ko  적십자 · 적신월 · 유엔 · 국제연합
""")
_INSULT = _rows("""
en  coward · scum · pig_ · pigs_ · dog_ · dogs_ · traitor · idiot · rat_ · rats_ · orc_ · orcs_
ru  трус · мразь · мрази · свинь · свинья · собака · предател · идиот · крыс · орк · хохл · хохол · нацист
ru  фашист
uk  боягуз · мерзот · свин · собака · зрадник · ідіот · щур · орк · москал · кацап · русня
fr  lâche · ordure · cochon · chien · traître · idiot · rat_ · rats_
es  cobarde · escoria · cerdo · perro · traidor · idiota · rata_
de  feigling · abschaum · schwein · hund_ · hunde_ · verräter · idiot · ratte
tr  korkak · pislik · domuz · köpek · hain · aptal · sıçan
ar  جبان · جبناء · خنزير · كلب · كلاب · خائن · حثالة · جرذ
fa  ترسو · بزدل · خوک · سگ_ · خائن · احمق · کثافت
he  פחדן · חזיר · כלב_ · בוגד · אידיוט · חלאה · עכברוש
zh  懦夫 · 胆小鬼 · 猪 · 狗 · 叛徒 · 白痴 · 败类
ko  겁쟁이 · 돼지 · 개새끼 · 배신자 · 바보 · 쓰레기 · 쥐새끼
""")
_BARGAIN = _rows("""
en  money · reward · dollar · in exchange · if you tell · tell us where · your unit · coordinates
en  your commander
ru  деньг · денег · награ · доллар · рубл · в обмен · если скажете · скажите, где · ваша часть · номер части
ru  координат · командир
uk  грош · винагород · нагород · долар · в обмін · якщо скажете · скажіть, де · ваша частина · координат
uk  командир
fr  argent · récompense · dollar · en échange · si vous dites · dites-nous où · votre unité · coordonnées
fr  commandant
es  dinero · recompensa · dólar · a cambio · si nos dice · díganos dónde · su unidad · coordenadas · comandante
de  geld · belohnung · dollar · im tausch · wenn sie uns sagen · sagen sie uns, wo · ihre einheit · koordinaten
de  kommandeur
tr  para_ · ödül · dolar · karşılığında · söylerseniz · birliğiniz · koordinat · komutan
ar  مال_ · أموال · مكافأة · دولار · مقابل · إذا أخبرتنا · وحدتك · إحداثيات · قائدك
fa  پول_ · پاداش · جایزه · دلار · در عوض · اگر بگویید · یگان شما · مختصات · فرمانده
he  כסף · פרס_ · דולר · בתמורה · אם תגיד · היחידה שלך · קואורדינטות · נקודות ציון · המפקד שלך
zh  钱 · 奖励 · 奖金 · 美元 · 作为交换 · 如果你说出 · 你的部队 · 坐标 · 指挥官
ko  돈을 · 돈_ · 보상 · 포상 · 달러 · 대가로 · 말하면 · 당신의 부대 · 소속 부대 · 좌표 · 지휘관
""")
_RUSE = _rows("""
en  we are your own · we are on your side · your comrades · ceasefire · war is over · we are neutral
en  humanitarian organi
ru  мы свои · мы на вашей стороне · ваши товарищи · перемири · прекращение огня · война окончена · мы нейтральн
ru  гуманитарная организация
uk  ми свої · ми на вашому боці · ваші товариші · перемир' · припинення вогню · війна закінчена
uk  війна скінчилася · ми нейтральн · гуманітарна організація
fr  nous sommes des vôtres · de votre côté · vos camarades · cessez-le-feu · la guerre est finie
fr  nous sommes neutres · organisation humanitaire
es  somos de los suyos · de su lado · sus camaradas · sus compañeros · alto el fuego · la guerra ha terminado
es  somos neutrales · organización humanitaria
de  wir sind ihre leute · auf ihrer seite · ihre kameraden · waffenruhe · waffenstillstand
de  der krieg ist vorbei · wir sind neutral · humanitäre organisation
tr  biz sizdeniz · sizin tarafınızda · silah arkadaş · ateşkes · savaş bitti · tarafsızız
tr  insani yardım kuruluşu
ar  نحن منكم · في صفكم · رفاقك · وقف إطلاق النار · هدنة · انتهت الحرب · نحن محايدون · منظمة إنسانية
fa  ما خودی · طرف شما هستیم · همرزمان · آتش‌بس · جنگ تمام · ما بی‌طرف · سازمان بشردوستانه
he  אנחנו משלכם · אנחנו לצידך · החברים שלך · הפסקת אש · המלחמה נגמרה · אנחנו נייטרלי · ארגון הומניטרי
zh  我们是自己人 · 你的战友 · 停火 · 战争结束 · 我们是中立 · 人道主义组织 · 人道组织
ko  우리는 아군 · 같은 편 · 당신의 전우 · 휴전 · 정전 · 전쟁이 끝 · 우리는 중립 · 인도주의 단체
""")
FORBIDDEN: dict[str, Words] = {"emblem": _EMBLEM, "insult": _INSULT, "bargain": _BARGAIN, "ruse": _RUSE}

HELMET = _rows("""
en  helmet · vest · armour · armor · gas mask
ru  каск · шлем · жилет · бронежилет · противогаз
uk  каск · шолом · жилет · бронежилет · протигаз
fr  casque · gilet · masque à gaz
es  casco · chaleco · máscara de gas
de  helm · weste · schutzweste · gasmaske
tr  miğfer · kask · yelek · yeleğ · gaz maskesi
ar  خوذة · سترة · قناع الغاز
fa  کلاه‌خود · کلاهخود · کلاه ایمنی · جلیقه · ماسک
he  קסד · אפוד · מסכת גז
zh  头盔 · 钢盔 · 防弹衣 · 防毒面具
ko  헬멧 · 철모 · 방탄 · 조끼 · 방독면
""")
TAKE_OFF = _rows("""
en  throw · take off · remove · drop · leave behind · without
ru  брос · сним · сбрось · выброс · без_
uk  кин · зні · скин · викин · без_
fr  jet · retir · enlev · ôt · sans_
es  tir · arroj · quít · quit · sin_
de  werf · wirf · ablegen · legen sie · ausziehen · abnehmen · nehmen sie · ohne_
tr  çıkar · at_ · atın_ · bırak
ar  اخلع · ارم · ألق · انزع · بدون
fa  بیندازید · دربیاورید · در بیاورید · بردارید · بدون
he  הסר · זרוק · השלך · הורד · בלי_
zh  扔 · 脱 · 摘 · 丢
ko  벗 · 버리 · 던지 · 없이
""")
KEEP = _rows("""
en  keep
ru  оставьте · сохран
uk  залиш · збереж
fr  gardez · conservez
es  conserve · quédese · mantenga
de  behalten
tr  tut · saklayın · sizde kal
ar  احتفظ · أبق
fa  نگه
he  שמור · השאר
zh  戴着 · 保留 · 留着
ko  착용 · 가지 · 그대로
""")
PROMISE = _rows("""
en  not attack · you are safe · you will be safe · not be killed · guarantee · promise · we come to you
ru  не атакуем · в безопасности · не убь · гарантир · обеща · мы придём · мы придем
uk  не атакуємо · у безпеці · в безпеці · не вб' · гаранту · обіця · ми прийдемо
fr  attaquerons pas · en sécurité · pas tué · garanti · promet · nous venons
es  no le atacaremos · a salvo · no le van a matar · garantiz · promet · vamos a buscarle
de  greifen sie nicht an · in sicherheit · nicht getötet · garantier · versprech · wir kommen zu ihnen
tr  saldırmayacağız · güvendesiniz · öldürülmeyecek · garanti · söz veriyoruz · size geliyoruz
ar  لن نهاجم · في أمان · بأمان · لن تقتل · نضمن · نعدك · سنأتي
fa  حمله نمی · در امان · کشته نخواه · تضمین · قول می · می‌آییم
he  לא נתקוף · אתה בטוח · לא יהרגו · מבטיחים · ערבים · נבוא אליך
zh  不会攻击 · 安全的 · 不会被杀 · 保证 · 答应 · 我们会过来
ko  공격하지 않 · 안전합니다 · 죽이지 않 · 보장 · 약속 · 우리가 갑니다
""")
YES_NO = _rows("""
en  yes · no
ru  да · нет
uk  так · ні
fr  oui · non
es  sí · no
de  ja · nein
tr  evet · hayır
ar  نعم · لا
fa  بله · نه
he  כן · לא
zh  是 · 不 · 不是
ko  예 · 아니요 · 네
""")
ONE = _rows("""
en  one · 1
ru  одна · 1
uk  один · 1
fr  un · 1
es  un · 1
de  ein · 1
tr  bir · 1
ar  واحدة
fa  یک · ۱
he  אחד · 1
zh  一 · 1
ko  한 · 1
""")
TWO = _rows("""
en  two · 2
ru  две · 2
uk  два · дві · 2
fr  deux · 2
es  dos · 2
de  zwei · 2
tr  iki · 2
ar  ومضتان
fa  دو · ۲
he  שני · 2
zh  两 · 2
ko  두 · 2
""")
UP = _rows("""
en  up
ru  вверх
uk  вгору
fr  haut
es  arriba
de  auf
tr  yukarı
ar  أعلى
fa  بالا
he  למעלה
zh  上
ko  위
""")
