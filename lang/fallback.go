package lang

// fallback serves languages that are not complete: ISO dates, plain numbers,
// English words.
var fallback = table{
	format: dateFormat{
		date:     "{year}-{month2}-{day2}",
		full:     "{year}-{month2}-{day2}",
		month:    "{year}-{month2}",
		year:     "{year}",
		clock:    "{hour2}:{minute}",
		dateTime: "{year}-{month2}-{day2} {hour2}:{minute}",
	},
	numbers:    numberFormat{zero: '0', minus: "-"},
	list:       listFormat{pair: ", ", middle: ", ", last: ", "},
	plural:     pluralOne,
	typography: english.typography,
	texts:      english.texts,
	counts:     english.counts,
}

// autonyms are the names by which languages that are not complete call
// themselves.
var autonyms = map[string]string{
	"ab": "Аԥсшәа", "be": "Беларуская", "bg": "Български", "bs": "Bosanski", "ca": "Català",
	"ckb": "کوردیی ناوەندی", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά",
	"es": "Español", "et": "Eesti", "eu": "Euskara", "fi": "Suomi", "fr": "Français",
	"he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "hu": "Magyar", "id": "Indonesia",
	"it": "Italiano", "ja": "日本語", "kk": "Қазақ тілі", "ko": "한국어", "ku": "Kurdî",
	"ky": "Кыргызча", "lt": "Lietuvių", "lv": "Latviešu", "mk": "Македонски", "nb": "Norsk bokmål",
	"nl": "Nederlands", "os": "Ирон", "pl": "Polski", "ps": "پښتو", "pt": "Português",
	"ro": "Română", "sk": "Slovenčina", "sl": "Slovenščina", "sq": "Shqip", "sr": "Српски",
	"sv": "Svenska", "tg": "Тоҷикӣ", "tk": "Türkmençe", "tt": "Татар", "ur": "اردو",
	"uz": "O‘zbek", "vi": "Tiếng Việt", "yi": "ייִדיש", "zh": "中文",
}
