// Package media turns the files that newsrooms receive into the pictures that
// readers get.
//
// A file is judged first: [Sniff] tells its type by its content, never by its
// name, and [Open] holds it to [Limits] that are read from its header, before
// anything is decoded. What is refused comes back as a [stet.Error] about the
// field "file" that says what to do.
//
// An open [Source] is upright whatever its camera noted and its colours are
// those of its profile. [Encoder.Render] cuts a [stet.Frame] out of it, scales
// it in linear light and encodes it. A rendition holds what Stet drew and the
// words that say whose it is, and not one byte of the received file: what
// stood before, behind or inside of the picture (scripts, places, serial
// numbers) ends there.
package media
