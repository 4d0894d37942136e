// Package redline tells what differs between versions of a document, and brings
// together what two people changed in one.
//
// # Merging
//
// Merge takes three documents: the one both people began with (base), and what
// each made of it. What saved first is called theirs, what comes now mine. A
// part of a document is known by its id wherever it stands: every block, list
// item, quote, picture. Rows and cells of tables have no ids and are known by
// the first id inside them; what has no id at all is known by what it says.
//
//   - A part that one side changed, moved, added or deleted is as that side has
//     it. What both did alike is done once.
//   - A block whose words both changed is merged word by word, where whole
//     unchanged words stand between the changes; marks are part of the words
//     they stand on. Where both put text in one place and the one text begins or
//     ends with the whole of the other, the longer stands: it is one person's
//     typing that was saved halfway. Anything else is a clash.
//   - A part that one side changed and the other deleted is a clash.
//   - A text in an attribute (caption, title, attribution, address …) that both
//     changed is a clash; of a level, language or list's number that both
//     changed, theirs stands.
//   - Where both moved a part, it stands where they put it. What both added in
//     one place stands there one behind the other, theirs first.
//   - A list, quote or table that one side deleted goes on while the other has
//     something new in it.
//
// Where there is a clash the merged document holds theirs, and the Clash carries
// all three. No word that either side wrote is in neither.
//
// # Comparing
//
// Compare sets two versions beside each other, block by block and word by word;
// Line does so for a text of one line. Words are those of Unicode's text
// segmentation (UAX #29), so that it works in every script.
//
// Both do bounded work: beyond the limits below, texts are taken as a whole, and
// the result says so.
package redline

// The limits of word-level work, in words, spaces and signs.
const (
	maxTokens = 50_000  // of a block, both versions together
	maxWork   = 400_000 // of a document, both versions together
)
