package stet

import (
	"slices"
	"strconv"
	"strings"

	"stet/lang"
)

// Settings are what editors may change of the site. The zero value is what a
// new newsroom begins with.
type Settings struct {
	Feeds FeedText
	AI    AITerms
	Slugs SlugLetters

	SecondFactor SecondFactor
	Snapshots    SnapshotDays
}

// FeedText is how much of a story its entry in a feed holds.
type FeedText string

const (
	FeedFull    FeedText = "full" // the default
	FeedSummary FeedText = "summary"
)

// AITerms say what AI systems may do with the site.
type AITerms string

const (
	AIAllow      AITerms = "allow"       // the default: nothing is reserved
	AINoTraining AITerms = "no-training" // search and answers, but no training of models
	AIDeny       AITerms = "deny"        // search alone
)

// SlugLetters are the letters of slugs that are made of headlines.
type SlugLetters string

const (
	SlugASCII   SlugLetters = "ascii" // the default
	SlugUnicode SlugLetters = "unicode"
)

// SecondFactor is from which role on a password, or a link by mail, is not enough
// to sign in.
type SecondFactor string

const (
	SecondFactorNobody         SecondFactor = "nobody" // the default
	SecondFactorAdministrators SecondFactor = "administrators"
	SecondFactorChiefEditors   SecondFactor = "chief-editors"
	SecondFactorEditors        SecondFactor = "editors"
	SecondFactorEverybody      SecondFactor = "everybody"
)

// Of reports whether it is demanded of a role.
func (f SecondFactor) Of(r Role) bool {
	switch f {
	case SecondFactorAdministrators:
		return r == Administrator
	case SecondFactorChiefEditors:
		return r == Administrator || r == ChiefEditor
	case SecondFactorEditors:
		return r == Administrator || r == ChiefEditor || r == Editor
	case SecondFactorEverybody:
		return true
	}
	return false
}

// SnapshotDays is for how many days the texts are kept that an article had on its
// way and that were neither handed on nor published.
type SnapshotDays string

const (
	Snapshots90      SnapshotDays = "90" // the default
	Snapshots30      SnapshotDays = "30"
	Snapshots365     SnapshotDays = "365"
	SnapshotsForever SnapshotDays = "forever"
)

// SnapshotDays returns the days; limited is false for texts that are kept for
// ever.
func (s Settings) SnapshotDays() (days int, limited bool) {
	days, err := strconv.Atoi(s.Get("snapshots"))
	return days, err == nil
}

// Setting is the name of a setting, what it means, and the values it may have,
// the first of which is the default.
type Setting struct {
	Name   string
	About  string
	Values []string
}

// settings is the table of all settings and where their values are kept.
var settings = []struct {
	Setting
	field func(*Settings) *string
}{
	{
		Setting{"ai", "what AI systems may do: allow everything, not train models, or deny all but search", []string{string(AIAllow), string(AINoTraining), string(AIDeny)}},
		func(s *Settings) *string { return (*string)(&s.AI) },
	},
	{
		Setting{"feeds", "what feeds hold of a story: its full text or a summary", []string{string(FeedFull), string(FeedSummary)}},
		func(s *Settings) *string { return (*string)(&s.Feeds) },
	},
	{
		Setting{"second-factor", "from which role on people sign in with more than a password or a link by mail", []string{string(SecondFactorNobody), string(SecondFactorAdministrators), string(SecondFactorChiefEditors), string(SecondFactorEditors), string(SecondFactorEverybody)}},
		func(s *Settings) *string { return (*string)(&s.SecondFactor) },
	},
	{
		Setting{"slugs", "the letters of new addresses made of headlines: a–z alone, or those of the language", []string{string(SlugASCII), string(SlugUnicode)}},
		func(s *Settings) *string { return (*string)(&s.Slugs) },
	},
	{
		Setting{"snapshots", "for how many days texts are kept that were neither published nor handed on", []string{string(Snapshots90), string(Snapshots30), string(Snapshots365), string(SnapshotsForever)}},
		func(s *Settings) *string { return (*string)(&s.Snapshots) },
	},
}

// AllSettings returns every setting there is, by name.
func AllSettings() []Setting {
	out := make([]Setting, len(settings))
	for i, s := range settings {
		out[i] = s.Setting
	}
	return out
}

// Get returns the value of a setting that is in force; empty for a name that
// there is not.
func (s Settings) Get(name string) string {
	for _, known := range settings {
		if known.Name != name {
			continue
		}
		if v := *known.field(&s); v != "" {
			return v
		}
		return known.Values[0]
	}
	return ""
}

// Set changes a setting. An unknown name or value is refused with an Error that
// lists what there is.
func (s *Settings) Set(name, value string) error {
	var names []string
	for _, known := range settings {
		if known.Name == name {
			if !slices.Contains(known.Values, value) {
				return Errorf(Invalid, name, "%q is none of %s", value, strings.Join(known.Values, ", "))
			}
			*known.field(s) = value
			return nil
		}
		names = append(names, known.Name)
	}
	return Errorf(Invalid, "", "there is no setting %q; there are %s", name, strings.Join(names, ", "))
}

// Slug makes the part of an address that names a text in a language, with the
// letters that the settings want; of the fallback, where the text has none.
func (s Settings) Slug(l Lang, text, fallback string) string {
	if s.Slugs == SlugUnicode {
		return lang.Get(string(l)).UnicodeSlug(text, fallback)
	}
	return lang.Get(string(l)).Slug(text, fallback)
}
