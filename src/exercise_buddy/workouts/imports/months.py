# ruff: noqa: RUF001  (letters of other scripts that look like ours)
"""The names of months as apps write them on telephones of 40 languages, after `folded`.

From Unicode's CLDR, wide and abbreviated, within dates and alone. No word stands for two months: Croatian, whose words
stand for other months than the same ones in Polish, is left out.
"""

import unicodedata

_NAMES = (
    (
        "ene enero gen gener gennaio ian ianuarie jaan jaanuar jan janeiro januar januara januari january "
        "janv janvaris janvier led leden ledna oca ocak saus sausio sausis sty styczen stycznia tammi "
        "tammikuu tammikuuta urt urtarrila xan xaneiro yan yanvar ιαν ιανουαριοσ ιανουαριου сту студзень "
        "студзеня січ січень січня янв январь января яну януари јан јануар ינו ינואר يناير ژانویه ژانویهٔ जन "
        "जनवरी জানু জানুয়ারী มกราคม มค იან იანვარი 一月 "
    ),
    (
        "feb febbraio febr febreiro febrer febrero februar februara februari februarie februaris february fev "
        "fevereiro fevr fevral fevrier helmi helmikuu helmikuuta lut lutego luty ots otsaila peb pebrero sub "
        "subat uno unor unora vas vasario vasaris veebr veebruar φεβ φεβρουαριοσ φεβρουαριου лют лютага лютии "
        "лютого люты феб фебруар фев февр февраль февраля февруари פבר פברואר فبراير فوریه فوریهٔ फ़र फ़रवरी "
        "ফেব ফেব্রুয়ারী กพ กุมภาพันธ์ თებ თებერვალი 二月 "
    ),
    (
        "bre brezen brezna kov kovas kovo maalis maaliskuu maaliskuuta maart mac mar marc marca march marcius "
        "marco marec maret mars marso mart martie marts martxoa marz marzec marzo mrt μαρ μαρτιοσ μαρτιου бер "
        "березень березня мар март марта сак сакавік сакавіка מרץ مارس मार्च মার্চ มีค มีนาคม მარ მარტი 三月 "
    ),
    (
        "abr abril api apirila apr aprel april aprila aprile aprilie aprilis aprill avr avril bal balandis "
        "balandzio dub duben dubna huhti huhtikuu huhtikuuta kwi kwiecien kwietnia nis nisan απρ απριλιοσ "
        "απριλιου апр апрель апреля април квіт квітень квітня кра красавік красавіка אפר אפריל آوریل أبريل "
        "अप्रैल এপ্রি এপ্রিল เมย เมษายน აპრ აპრილი 四月 "
    ),
    (
        "geg geguze geguzes kve kveten kvetna mag maggio mai maiatza maig maijs maio maj maja majus may mayo "
        "mayıs mei touko toukokuu toukokuuta μαι μαιοσ μαιου маи мая мај трав травень травня מאי مايو مه مهٔ "
        "मई মে พค พฤษภาคม მაი მაისი 五月 "
    ),
    (
        "birz birzelio birzelis cerven cervna cvn cze czerwca czerwiec eka ekaina giu giugno haz haziran hun "
        "hunyo iun iunie iyn iyun juin jun juna june junho juni junij junijs junio junius juny juuni kesa "
        "kesakuu kesakuuta xuno ιουν ιουνιοσ ιουνιου июн июнь июня черв червень червня чэр чэрвень чэрвеня "
        "юни јун יוני يونيو ژوئن जून জুন มิถุนายน มิย ივნ ივნისი 六月 "
    ),
    (
        "cervence cervenec cvc heina heinakuu heinakuuta hul hulyo iul iulie iyl iyul juil juillet jul jula "
        "julai julho juli julij julijs julio juliol julius july juuli liep liepa liepos lip lipca lipiec lug "
        "luglio tem temmuz uzt uztaila xul xullo ιουλ ιουλιοσ ιουλιου июл июль июля лип липень липня ліп "
        "ліпень ліпеня юли јул יולי يوليو ژوئیه ژوئیهٔ जुल जुलाई জুল জুলাই กค กรกฎาคม ივლ ივლისი 七月 "
    ),
    (
        "abu abuztua ag ago agost agosto agu agust agustos agustus aout aug august augusta augusti augusts "
        "augustus augusztus avg avgust avq avqust elo elokuu elokuuta ogo ogos rugp rugpjucio rugpjutis sie "
        "sierpien sierpnia srp srpen srpna αυγ αυγουστοσ αυγουστου авг август августа жні жнівень жніуня серп "
        "серпень серпня אוג אוגוסט أغسطس اوت अग अगस्त আগ আগস্ট สค สิงหาคม აგვ აგვისტო 八月 "
    ),
    (
        "eyl eylul ira iraila rugs rugsejis rugsejo sen sentyabr sep sept septembar september septembra "
        "septembre septembrie septembris septiembre set setem setembre setembro setiembre settembre setyembre "
        "syys syyskuu syyskuuta szept szeptember wrz wrzesien wrzesnia zar zari σεπ σεπτεμβριοσ σεπτεμβριου "
        "вер верасень верасня вересень вересня сент сентябрь сентября сеп септембар септември ספט ספטמבר "
        "سبتمبر سپتامبر सित सितंबर সেপ সেপ্টেম্বর กย กันยายน სექ სექტემბერი 九月 "
    ),
    (
        "eki ekim loka lokakuu lokakuuta oct october octobre octombrie octubre okt oktobar oktober oktobra "
        "oktobris oktoober oktubre oktyabr ott ottobre out outubro paz pazdziernik pazdziernika rij rijen "
        "rijna spal spalio spalis urr urria οκτ οκτωβριοσ οκτωβριου жовт жовтень жовтня кас кастрычнік "
        "кастрычніка окт октобар октомври октябрь октября אוק אוקטובר أكتوبر اکتبر अक्टू अक्टूबर অক্টো "
        "অক্টোবর ตค ตุลาคม ოქტ ოქტომბერი 十月 "
    ),
    (
        "aza azaroa kas kasım lapkr lapkricio lapkritis lis listopad listopada listopadu marras marraskuu "
        "marraskuuta nob nobyembre noiembrie nov novembar november novembra novembre novembris novembro "
        "noviembre noy noyabr νοε νοεμβριοσ νοεμβριου лист листопад листопада ліс лістапад лістапада нов "
        "новембар ное ноември нояб ноябрь ноября נוב נובמבר نوامبر نوفمبر नव नवंबर নভে নভেম্বর พย พฤศจิกายน "
        "ნოე ნოემბერი 十一月 "
    ),
    (
        "abe abendua ara aralık dec decembar december decembra decembre decembrie decembris decembro dek "
        "dekabr des desember desembre dets detsember dez dezember dezembro dic dicembre diciembre dis "
        "disember disyembre gru grudnia grudzien gruod gruodis gruodzio joulu joulukuu joulukuuta pro "
        "prosince prosinec δεκ δεκεμβριοσ δεκεμβριου груд грудень грудня дек декабрь декабря декември дец "
        "децембар сне снежань снежня דצמ דצמבר دسامبر ديسمبر दिस दिसंबर ডিসে ডিসেম্বর ธค ธันวาคม დეკ "
        "დეკემბერი 十二月 "
    ),
)


def folded(text: str) -> str:
    """Give the form of a text in which words are compared: no letter case, no accents, no width."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not "\u0300" <= letter <= "\u036f")


_MONTHS = {folded(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_SHORTEST = 3


def month(word: str) -> int | None:
    """Find the month (1 to 12) that a word, folded, names: by its name or an abbreviation that leaves no doubt."""
    found = _MONTHS.get(word)
    if found is None and len(word) >= _SHORTEST:
        meant = {number for name, number in _MONTHS.items() if name.startswith(word)}
        found = meant.pop() if len(meant) == 1 else None
    return found
