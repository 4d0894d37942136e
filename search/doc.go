// Package search turns text into what a full-text index holds, and a reader's
// question into what is looked for in it. It knows no engine: SQLite and
// PostgreSQL are given the same terms, so both find the same.
//
// # Terms
//
// A text is cut into words at whatever is no letter, mark or figure. A word
// becomes one term, in these steps:
//
//   - NFKC and lower case, by the language: İ and I are i and ı in Turkish and
//     Azerbaijani, Georgian capitals are their letters, Armenian և is եվ.
//   - What stands inside words but is no letter goes: soft hyphens, the stroke
//     that stretches Arabic words, Armenian marks of tone, vowel points, accents
//     of stress. Apostrophes go too; in Turkish with the ending after them, in
//     English with the s. The non-joiner parts Persian words.
//   - Letters that are written one for another become one: ё is е, Arabic letters
//     lose hamza, Persian ones are the Arabic. All figures are 0 to 9.
//   - Latin letters in a Cyrillic word that look the same, or the other way round,
//     become letters of the script that the rest of the word is written in.
//   - The word is stemmed by its script: what is written in the edition's own by
//     the edition's language, Latin words elsewhere as English, Cyrillic ones as
//     Russian. Stemmers are Snowball's for Russian, English, Turkish and Arabic,
//     light ones of our own for Ukrainian, Azerbaijani, Armenian, Georgian and
//     Persian; words of other languages are found as they are written.
//   - Latin letters lose their diacritics: ə is e, ş is s, ß is ss.
//
// A compound with hyphens, or with the non-joiner of Persian, gives the terms of
// its parts, and at the end of the text one of the whole, so that e-mail is found
// by email. An ending that is hung on figures or capitals by a hyphen (5-го,
// BMT-nin), or on a Persian word by the non-joiner, is left out. Groups of
// a number are one term: 3,200 is 3200. Scripts that are written without spaces
// give every two neighbouring characters.
//
// A term holds letters, marks and figures only. Nothing else that a reader
// writes reaches an engine.
package search

// Version is the version of the analyser. Terms of another version are not
// comparable: with a change of anything that makes terms it goes up, and stored
// indexes are made anew.
const Version = 2
