package desk

import "stet"

// refusals are the sentences in which the law and storage refuse something, as
// they are written there, in Russian and Azerbaijani. Their values stand in the
// same order unless a number says otherwise.
var refusals = map[string][2]string{
	// Fields.
	"is missing":                                                                                 {"не заполнено", "doldurulmayıb"},
	"is missing; every article needs one":                                                        {"не заполнено; он нужен каждому материалу", "doldurulmayıb; hər materiala lazımdır"},
	"is missing; a published story needs one":                                                    {"не заполнено; без неё материал не выйдет", "doldurulmayıb; onsuz material dərc olunmur"},
	"is missing; there is no text to publish":                                                    {"пусто; публиковать нечего", "boşdur; dərc etməyə mətn yoxdur"},
	"is missing; a source needs a name":                                                          {"не заполнено; у источника должно быть название", "doldurulmayıb; mənbənin adı olmalıdır"},
	"is missing; a picture needs an address or an id":                                            {"не заполнено; изображению нужен адрес", "doldurulmayıb; şəklin ünvanı olmalıdır"},
	"is missing; write what there is to say":                                                     {"пусто; напишите, что хотели сказать", "boşdur; demək istədiyinizi yazın"},
	"is missing; a correction tells readers what was wrong":                                      {"пусто; читателям надо сказать, что было неверно", "boşdur; oxuculara nəyin səhv olduğu deyilməlidir"},
	"is missing; readers are told why a story was withdrawn":                                     {"пусто; читателям надо сказать, почему материал снят", "boşdur; oxuculara materialın niyə geri götürüldüyü deyilməlidir"},
	"is not valid UTF-8":                                                                         {"содержит недопустимые символы; наберите заново", "yararsız simvollar var; yenidən yazın"},
	"has more than %d characters":                                                                {"длиннее допустимого: не более %d знаков", "çox uzundur: ən çoxu %d işarə"},
	"is longer than %d characters":                                                               {"длиннее допустимого: не более %d знаков", "çox uzundur: ən çoxu %d işarə"},
	"is %d characters long; at most %d are allowed":                                              {"знаков: %d; допускается не более %d", "işarə sayı: %d; ən çoxu %d ola bilər"},
	"is %d bytes long; at most %d are allowed":                                                   {"байтов: %d; допускается не более %d", "bayt sayı: %d; ən çoxu %d ola bilər"},
	"has %d items; at most %d are allowed":                                                       {"указано %d; допускается не более %d", "%d göstərilib; ən çoxu %d ola bilər"},
	"%q is not a key: use at most %d visible characters without slashes":                         {"%q не подходит: не более %d видимых знаков, без косой черты", "%q yaramır: ən çoxu %d görünən işarə, kəsr xətti olmadan"},
	"%.90q is not a slug: use a–z, 0–9 and hyphens, 1–%d characters":                             {"%.90q не годится для адреса: от 1 до %d знаков, только a–z, 0–9 и дефис", "%.90q ünvana yaramır: 1–%d işarə, yalnız a–z, 0–9 və defis"},
	"%.80q is not a web address: use https://… or http://…":                                      {"%.80q не адрес: нужен https://… или http://…", "%.80q ünvan deyil: https://… və ya http://… yazın"},
	"%q is not an e-mail address like name@example.org":                                          {"%q не адрес почты; нужен такой, как name@example.org", "%q e-poçt ünvanı deyil; name@example.org kimi yazın"},
	"%q is not a time zone; name one like Asia/Baku":                                             {"%q не часовой пояс; нужен такой, как Asia/Baku", "%q saat qurşağı deyil; Asia/Baku kimi yazın"},
	"%q is not a language code like ru or az":                                                    {"%q не код языка; нужен такой, как ru или az", "%q dil kodu deyil; ru və ya az kimi yazın"},
	"%q is none of en, ru, az":                                                                   {"%q нельзя выбрать: есть en, ru, az", "%q seçilə bilməz: en, ru, az var"},
	"%q is none of reporter, translator, editor, chief-editor, administrator":                    {"%q нельзя выбрать: есть reporter, translator, editor, chief-editor, administrator", "%q seçilə bilməz: reporter, translator, editor, chief-editor, administrator var"},
	"%q is none of news, analysis, opinion, sponsored":                                           {"%q нельзя выбрать: есть news, analysis, opinion, sponsored", "%q seçilə bilməz: news, analysis, opinion, sponsored var"},
	"%q is none of %s":                                                                           {"%q нельзя выбрать: есть %s", "%q seçilə bilməz: %s var"},
	"%.40q is none of touched, scheduled, published":                                             {"%.40q нельзя выбрать: есть touched, scheduled, published", "%.40q seçilə bilməz: touched, scheduled, published var"},
	"is not one that this list gave out":                                                         {"этой страницы списка нет; откройте список сначала", "siyahının belə səhifəsi yoxdur; siyahını yenidən açın"},
	"the year %d is outside %d–%d":                                                               {"год %d вне пределов %d–%d", "%d ili %d–%d aralığında deyil"},
	"%.40q is not a date with a time: write it like 2026-03-29T02:30":                            {"%.40q не дата и время; нужно так: 2026-03-29T02:30", "%.40q tarix və vaxt deyil; belə yazın: 2026-03-29T02:30"},
	"must be 1–200 visible ASCII characters":                                                     {"нужно от 1 до 200 видимых знаков ASCII", "1–200 görünən ASCII işarəsi olmalıdır"},
	"must be a time within the next %d days":                                                     {"нужно время в пределах %d дней", "növbəti %d gün ərzində vaxt olmalıdır"},
	"must name a window in 1–64 visible ASCII characters, and the block must be one of the text": {"окно не названо, как должно; загрузите страницу заново", "pəncərə lazımi kimi adlandırılmayıb; səhifəni yenidən yükləyin"},

	// Who is there and what is there.
	"%.80q is nobody of the newsroom":                                            {"%.80q: такого человека в редакции нет", "%.80q: redaksiyada belə şəxs yoxdur"},
	"there is no such person":                                                    {"такого человека нет", "belə şəxs yoxdur"},
	"somebody has the address %s already":                                        {"адрес %s уже занят", "%s ünvanı artıq tutulub"},
	"the site has no edition in %q":                                              {"у сайта нет издания на языке %q", "saytın %q dilində nəşri yoxdur"},
	"there is no section %q":                                                     {"рубрики %q нет", "%q bölməsi yoxdur"},
	"there is no article %q":                                                     {"материала %q нет", "%q materialı yoxdur"},
	"the article has no text %.20q":                                              {"у материала нет версии %.20q", "materialın %.20q versiyası yoxdur"},
	"an article with the id %q is already there":                                 {"материал с номером %q уже есть", "%q nömrəli material artıq var"},
	"this link has expired or was taken back; ask whoever sent it for a new one": {"срок ссылки истёк или её отозвали; попросите новую у того, кто её прислал", "keçidin vaxtı bitib və ya geri götürülüb; göndərəndən yenisini istəyin"},
	"this link has been used or has run out; ask for a new one":                  {"ссылка уже использована или устарела; попросите новую", "keçid artıq istifadə olunub və ya köhnəlib; yenisini istəyin"},
	"has a character that cannot be typed everywhere":                            {"содержит знак, который наберётся не на всякой клавиатуре", "hər klaviaturada yazıla bilməyən işarə var"},
	"must have at least %d characters; a few words in a row are easy to keep":    {"не короче %d знаков; несколько слов подряд легко запомнить", "ən azı %d işarə; ardıcıl bir neçə sözü yadda saxlamaq asandır"},
	"may have at most %d characters":                                             {"не длиннее %d знаков", "ən çoxu %d işarə"},
	"is close to your name or address; take a few other words":                   {"похоже на ваше имя или адрес; возьмите другие слова", "adınıza və ya ünvanınıza bənzəyir; başqa sözlər götürün"},
	"repeats itself; take a few words in a row":                                  {"повторяет само себя; возьмите несколько слов подряд", "təkrarlanır; ardıcıl bir neçə söz götürün"},
	"sign in again":   {"войдите снова", "yenidən daxil olun"},
	"this is no link": {"такой ссылки нет; попросите новую", "belə keçid yoxdur; yenisini istəyin"},
	"is not the one that was shown; begin again":   {"не тот, который был показан; начните заново", "göstərilən deyil; yenidən başlayın"},
	"the session has ended; sign in again":         {"сеанс завершён; войдите снова", "seans bitib; yenidən daxil olun"},
	"this took too long; begin again":              {"прошло слишком много времени; начните заново", "çox vaxt keçdi; yenidən başlayın"},
	"passkeys need a site with a name, over HTTPS": {"ключи доступа работают, если у сайта есть имя и HTTPS", "keçid açarları saytın adı və HTTPS olduqda işləyir"},
	"the passkey's id must have 1–%d bytes":        {"номер ключа доступа должен занимать 1–%d байт", "keçid açarının nömrəsi 1–%d bayt olmalıdır"},
	"this passkey is known already":                {"этот ключ доступа уже добавлен", "bu keçid açarı artıq əlavə edilib"},
	"there is no such passkey":                     {"такого ключа доступа нет", "belə keçid açarı yoxdur"},

	// Who may do what.
	"a %s may not %s articles":     {"Роль «%s» не даёт права %s", "«%s» rolu icazə vermir: %s"},
	"a %s may not set up the site": {"Роль «%s» не даёт права настраивать сайт", "«%s» rolu saytı qurmağa icazə vermir"},
	"a %s may take only texts of their own out of the schedule; ask an editor": {"Роль «%s» позволяет убирать из плана только свои материалы; обратитесь к редактору", "«%s» rolu plandan yalnız öz materiallarını çıxarmağa icazə verir; redaktora müraciət edin"},
	"%s may not work in %q":             {"%s: нет права работать на языке %q", "%s: %q dilində işləməyə icazə yoxdur"},
	"%s may not work in the section %q": {"%s: нет права работать в рубрике %q", "%s: %q bölməsində işləməyə icazə yoxdur"},

	// The way of an article.
	"the article has been published":                                                               {"материал уже опубликован", "material artıq dərc olunub"},
	"the article is %q; it must be %q for this":                                                    {"материал сейчас «%s», а для этого нужно «%s»", "material indi «%s» vəziyyətindədir, bunun üçün «%s» olmalıdır"},
	"the article is not scheduled":                                                                 {"материал не запланирован", "material planlaşdırılmayıb"},
	"there is nothing to publish: the article has no text":                                         {"публиковать нечего: у материала нет текста", "dərc etməyə heç nə yoxdur: materialın mətni yoxdur"},
	"only a published article can be corrected":                                                    {"исправить можно только опубликованный материал", "yalnız dərc olunmuş materiala düzəliş etmək olar"},
	"only a published article can be withdrawn":                                                    {"снять можно только опубликованный материал", "yalnız dərc olunmuş materialı geri götürmək olar"},
	"%q has been edited here since it was imported":                                                {"%q правили здесь после импорта", "%q idxaldan sonra burada redaktə olunub"},
	"%q is already there in %q":                                                                    {"%q уже есть на языке %q", "%q artıq %q dilində var"},
	"%q is already there as a %s":                                                                  {"%q уже есть в другом виде: %s", "%q artıq başqa növdə var: %s"},
	"must be after the end of the embargo":                                                         {"должно быть позже конца эмбарго", "embarqonun sonundan sonra olmalıdır"},
	"is in the past; to take the article from readers now, withdraw it":                            {"уже прошло; чтобы убрать материал сейчас, снимите его с публикации", "artıq keçib; materialı indi götürmək üçün onu geri götürün"},
	"the article is under embargo until %s; schedule it for then or later, or change the embargo":  {"действует эмбарго до %s; запланируйте выход на это время или позже либо измените эмбарго", "%s tarixinədək embarqo var; çıxışı həmin vaxta və ya sonraya planlaşdırın, ya da embarqonu dəyişin"},
	"the article expires on %s; change the time of expiry first":                                   {"срок материала истекает %s; сначала измените срок", "materialın müddəti %s bitir; əvvəlcə müddəti dəyişin"},
	"the article is scheduled for %s, before this embargo ends; take it out of the schedule first": {"материал запланирован на %s, раньше конца эмбарго; сначала уберите его из плана", "material %s tarixinə planlaşdırılıb, embarqo isə sonra bitir; əvvəlcə plandan çıxarın"},
	"the article is scheduled for %s, after this; take it out of the schedule first":               {"материал запланирован на %s, позже этого времени; сначала уберите его из плана", "material %s tarixinə, bundan sonraya planlaşdırılıb; əvvəlcə plandan çıxarın"},
}

// acts complete the sentences that say who may not do what.
var acts = map[stet.Act][2]string{
	stet.ActRead:       {"читать неопубликованное", "dərc olunmamışları oxumaq"},
	stet.ActWrite:      {"писать и править", "yazmaq və düzəltmək"},
	stet.ActSubmit:     {"передавать материалы", "material ötürmək"},
	stet.ActApprove:    {"одобрять и возвращать", "təsdiqləmək və qaytarmaq"},
	stet.ActPublish:    {"публиковать", "dərc etmək"},
	stet.ActUnschedule: {"убирать из плана", "plandan çıxarmaq"},
	stet.ActCorrect:    {"исправлять опубликованное", "dərc olunmuşa düzəliş etmək"},
	stet.ActWithdraw:   {"снимать с публикации", "dərcdən geri götürmək"},
}
