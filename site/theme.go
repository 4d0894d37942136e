package site

import (
	"sync"

	"stet/press"
	"stet/site/theme"
)

// views are the structs that templates are given.
var views = theme.Views{
	Pages: map[string]any{
		"article": articlePage{},
		"front":   frontPage{},
		"list":    listPage{},
		"terms":   termsPage{},
		"archive": archivePage{},
		"search":  searchPage{},
		"missing": missingPage{},
	},
	Blocks: map[string]any{
		"breaking": breakingBlock{},
		"masthead": mastheadBlock{},
		"latest":   latestBlock{},
		"front":    frontBlock{},
		"foot":     footBlock{},
		"section":  sectionBlock{},
	},
}

var defaultTheme = sync.OnceValues(func() (*theme.Theme, error) { return theme.Load(nil, views) })

// look is how the site looks at a moment.
type look struct {
	theme *theme.Theme
	past  []map[string]theme.Asset // of the themes before, the last first
}

// keptThemes is for how many themes the files stay within reach: somebody may
// have got a page just before the theme was changed, and asks for its stylesheet
// just after.
const keptThemes = 8

// asset finds a file that a page links to.
func (l *look) asset(path string) (theme.Asset, bool) {
	if a, ok := l.theme.Assets()[path]; ok {
		return a, true
	}
	for _, assets := range l.past {
		if a, ok := assets[path]; ok {
			return a, true
		}
	}
	return theme.Asset{}, false
}

// theme is the theme of this moment.
func (s *Site) theme() *theme.Theme { return s.look.Load().theme }

// SetTheme lets the site look otherwise from this moment on: when it returns,
// no answer shows anything of the theme before, and no answer has shown one half
// of each. The files of the last themes can still be had.
func (s *Site) SetTheme(t *theme.Theme) {
	s.press.Apply(press.Change{All: true, Do: func() {
		was := s.look.Load()
		past := append([]map[string]theme.Asset{was.theme.Assets()}, was.past...)
		s.look.Store(&look{theme: t, past: past[:min(len(past), keptThemes)]})
		s.counting.Lock()
		defer s.counting.Unlock()
		clear(s.latest) // this theme may show other lengths
	}})
}
