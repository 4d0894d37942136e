// Package lang holds what differs by language: dates and numbers as the CLDR
// writes them, plural forms, the words of the reader's interface, slugs,
// direction, order of names and letter case, and the choice of a language by
// Accept-Language.
//
// Nine languages are complete: Russian, English, Azerbaijani, Armenian,
// Georgian, Turkish, Ukrainian, Arabic and Persian. Any other well-formed code
// works too, with a sound fallback: see Get.
//
// # Dates
//
// The reference is the CLDR 48 as Intl.DateTimeFormat gives it when asked by
// fields (day "numeric", month "long", year "numeric" and so on), with Latin
// digits for Arabic, and the Persian calendar and Persian digits for Persian. A
// time is shown in the zone it carries; callers convert to the site's zone first.
// The promise covers the years 1600 to 2999 of the proleptic Gregorian calendar.
//
// # Words
//
// Every text of the interface has a typed key: a Key for a plain text, a
// CountKey for one that depends on a number. The tables of a language stand in
// one file named after it (ru.go, en.go and so on), so that a translator needs
// only that file. Placeholders are written {name}.
//
// Values are put into placeholders as they are: a page that needs an element
// around one, for a link or for text of another direction, takes the words on
// both sides from Around.
//
// # Names
//
// Comparer orders names as the language's dictionaries do; Initials tells under
// which letter of the alphabet a name is listed.
//
// # Typography
//
// Typography says what an editor's keys make of straight quotes and hyphens, and
// which words stay with the next one.
//
// # Slugs
//
// Slug romanises by the language's newsroom practice, without diacritics or
// apostrophes; UnicodeSlug keeps the letters as they are. Both are never empty
// and always pass ValidSlug.
//
// A Language is read-only and may be used by many goroutines at once.
package lang
