package translate

import "stet/desk/say"

// words are the texts of translating.
var words = say.Texts{
	"translate":           {"Translate", "Перевести", "Tərcümə et"},
	"translate_about":     {"Each language has a text of its own, with its own state and schedule. A new one begins without a word of the original: what is not translated is not there for readers.", "У каждого языка свой текст, своё состояние и свой план. Новый текст начинается без единого слова оригинала: чего нет в переводе, того читатель не увидит.", "Hər dilin öz mətni, öz vəziyyəti və öz planı var. Yeni mətn orijinalın heç bir sözü olmadan başlayır: tərcümə olunmayanı oxucu görmür."},
	"translate_begin":     {"Translate into {lang}", "Перевести: {lang}", "Tərcümə et: {lang}"},
	"translate_open":      {"Original and translation", "Оригинал и перевод", "Orijinal və tərcümə"},
	"translate_text":      {"Text", "Текст", "Mətn"},
	"translate_is":        {"Original", "Оригинал", "Orijinal"},
	"translate_none":      {"No text yet", "Текста ещё нет", "Mətn hələ yoxdur"},
	"translate_not":       {"You may not write in this language", "Вы не можете писать на этом языке", "Bu dildə yaza bilməzsiniz"},
	"translate_behind":    {"The original has changed since", "Оригинал изменён", "Orijinal dəyişib:"},
	"translate_overtaken": {"original changed", "оригинал изменён", "orijinal dəyişib"},
	"translate_done":      {"Nothing to change here", "Здесь менять нечего", "Burada dəyişməli heç nə yoxdur"},
	"translate_pair":      {"Pair paragraphs in order", "Сопоставить абзацы по порядку", "Abzasları sıra ilə qoşalaşdır"},
	"translate_paired":    {"This text was not translated here, and its paragraphs are not known to belong to those of the original.", "Текст переведён не здесь: какие абзацы соответствуют оригиналу, неизвестно.", "Mətn burada tərcümə olunmayıb: abzasların orijinaldakı hansı abzaslara uyğun olduğu məlum deyil."},
	"translate_keys":      {"F8 goes to the next part that is open, Shift+F8 to the one before, F9 says that a part is right and goes on.", "F8 — к следующей незаконченной части, Shift+F8 — к предыдущей, F9 — часть верна, дальше.", "F8 növbəti açıq hissəyə, Shift+F8 əvvəlkinə keçir, F9 hissənin düzgün olduğunu bildirir və davam edir."},
	"did_caught_up":       {"The translation follows its original again.", "Перевод снова соответствует оригиналу.", "Tərcümə yenidən orijinala uyğundur."},

	"gate":         {"Publish together", "Публиковать вместе", "Birlikdə dərc et"},
	"gate_about":   {"Languages that readers have not got yet can wait for one another and be published at one moment, now or by the schedule.", "Языки, которых у читателей ещё нет, могут ждать друг друга и выйти в один момент — сейчас или по плану.", "Oxucularda hələ olmayan dillər bir-birini gözləyib eyni anda — indi və ya planla — dərc oluna bilər."},
	"gate_is_on":   {"The languages that readers have not got yet wait for one another: to publish or schedule one is to do so with all of them.", "Языки, которых у читателей ещё нет, ждут друг друга: опубликовать или запланировать один — значит сделать это со всеми.", "Oxucularda hələ olmayan dillər bir-birini gözləyir: birini dərc etmək və ya planlaşdırmaq hamısını etmək deməkdir."},
	"gate_set":     {"Let them wait for one another", "Пусть ждут друг друга", "Bir-birini gözləsinlər"},
	"gate_open":    {"Let each go its way", "Пусть каждый выходит сам", "Hər biri ayrıca dərc olunsun"},
	"gate_with":    {"Published together with it", "Выходит вместе с ним", "Onunla birlikdə dərc olunur"},
	"gate_refused": {"Nothing was published. What keeps all of it back:", "Ничего не опубликовано. Что всё задержало:", "Heç nə dərc olunmadı. Hamısını saxlayan:"},
	"event_gated":  {"changed whether the languages are published together", "изменил(а), выходят ли языки вместе", "dillərin birlikdə dərc olunub-olunmamasını dəyişdi"},

	"finding_untranslated": {"Parts of the original that are not translated, and that readers of this language will not have: {detail}", "Частей оригинала без перевода, которых читатели на этом языке не увидят: {detail}", "Orijinalın tərcümə olunmamış, bu dildə oxucuların görməyəcəyi hissələri: {detail}"},
	"finding_outdated":     {"Parts that were translated before the original changed: {detail}", "Частей, переведённых до изменения оригинала: {detail}", "Orijinal dəyişməzdən əvvəl tərcümə olunmuş hissələr: {detail}"},

	"event_overtaken": {"changed the original", "изменил(а) оригинал", "orijinalı dəyişdi"},

	"edit_beside_of":        {"Original: {lang}", "Оригинал: {lang}", "Orijinal: {lang}"},
	"edit_beside_left":      {"Parts that are open: {n}", "Незаконченных частей: {n}", "Açıq hissələr: {n}"},
	"edit_beside_all":       {"Every part is translated", "Все части переведены", "Bütün hissələr tərcümə olunub"},
	"edit_beside_missing":   {"Not translated", "Нет перевода", "Tərcümə yoxdur"},
	"edit_beside_stale":     {"The original has changed", "Оригинал изменён", "Orijinal dəyişib"},
	"edit_beside_unchecked": {"Not compared yet", "Ещё не сверено", "Hələ tutuşdurulmayıb"},
	"edit_beside_gone":      {"No longer in the original", "Больше нет в оригинале", "Artıq orijinalda yoxdur"},
	"edit_beside_right":     {"Still right", "По-прежнему верно", "Hələ də düzgündür"},
	"edit_beside_out":       {"Leave out", "Пропустить", "Burax"},
	"edit_beside_keep":      {"Keep", "Оставить", "Saxla"},
	"edit_beside_write":     {"Write here", "Писать здесь", "Burada yaz"},
	"edit_beside_take":      {"Take over", "Взять", "Götür"},
	"edit_beside_settled":   {"Settled", "Готово", "Hazırdır"},
	"edit_beside_failed":    {"The desk did not take that; try again.", "Не принято, попробуйте ещё раз.", "Qəbul olunmadı, yenidən cəhd edin."},
}
