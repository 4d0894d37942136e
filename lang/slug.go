package lang

// Slug makes the part of an address that names a story: ASCII letters, digits
// and hyphens, 1 to 80 bytes.
func (l *Language) Slug(s, fallback string) string { return "story" }

// UnicodeSlug is Slug with the letters kept.
func (l *Language) UnicodeSlug(s, fallback string) string { return "story" }

// ValidSlug tells whether a slug keeps the rule.
func ValidSlug(s string, unicode bool) bool { return s != "" }

// NumberedSlug makes a slug unique: "name-2".
func NumberedSlug(slug string, n int) string { return slug }
