package desk

// peopleTexts are the texts of signing in and of a person's account.
var peopleTexts = map[Key]text{
	"did_signed_out":            {"You are signed out.", "Вы вышли.", "Çıxış etdiniz."},
	"did_signed_out_everywhere": {"You are signed out everywhere.", "Вы вышли на всех устройствах.", "Bütün cihazlarda çıxış etdiniz."},
	"did_session_ended":         {"That session has ended.", "Этот сеанс завершён.", "Həmin seans bitirildi."},
	"did_saved":                 {"Saved.", "Сохранено.", "Yadda saxlanıldı."},

	// Signing in.
	"sign_in_ask":      {"Ask the administrator for a link to sign in with.", "Попросите у администратора ссылку для входа.", "Administratordan daxil olmaq üçün keçid istəyin."},
	"link_for":         {"This link signs you in as {name}. It works once.", "По этой ссылке вы войдёте как {name}. Она действует один раз.", "Bu keçidlə {name} kimi daxil olacaqsınız. O, bir dəfə işləyir."},
	"link_spent":       {"This link has been used or has run out.", "Эта ссылка уже использована или устарела.", "Bu keçid artıq istifadə olunub və ya vaxtı keçib."},
	"link_spent_title": {"The link is no good any more", "Ссылка больше не действует", "Keçid artıq etibarlı deyil"},

	// Roles.
	"role_reporter":      {"Reporter", "Корреспондент", "Müxbir"},
	"role_translator":    {"Translator", "Переводчик", "Tərcüməçi"},
	"role_editor":        {"Editor", "Редактор", "Redaktor"},
	"role_chief_editor":  {"Chief editor", "Главный редактор", "Baş redaktor"},
	"role_administrator": {"Administrator", "Администратор", "Administrator"},

	// The account.
	"account_desk":      {"The desk", "Рабочее место", "İş yeri"},
	"account_lang":      {"Language of the desk", "Язык рабочего места", "İş yerinin dili"},
	"account_zone":      {"Time zone", "Часовой пояс", "Saat qurşağı"},
	"account_zone_hint": {"Like Asia/Baku. Empty means the site’s, {zone}.", "Например, Asia/Baku. Пустое поле означает пояс сайта, {zone}.", "Məsələn, Asia/Baku. Boş olsa, saytın qurşağı götürülür: {zone}."},
	"save":              {"Save", "Сохранить", "Yadda saxla"},
	"sessions":          {"Where you are signed in", "Где вы вошли", "Harada daxil olmusunuz"},
	"session_device":    {"Browser", "Браузер", "Brauzer"},
	"session_since":     {"Signed in", "Вход", "Daxil olma"},
	"session_used":      {"Last used", "Последнее обращение", "Son istifadə"},
	"session_here":      {"this one", "этот", "bu"},
	"session_unknown":   {"Unknown browser", "Неизвестный браузер", "Naməlum brauzer"},
	"session_end":       {"End", "Завершить", "Bitir"},
	"session_end_named": {"End the session in {device}", "Завершить сеанс: {device}", "Seansı bitir: {device}"},
	"sign_out_all":      {"Sign out everywhere", "Выйти везде", "Hər yerdən çıx"},
	"field_desk":        {"Language of the desk", "Язык рабочего места", "İş yerinin dili"},
	"field_zone":        {"Time zone", "Часовой пояс", "Saat qurşağı"},
}
