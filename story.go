package stet

import "time"

// Story is a published article as readers may see it. It has no draft fields.
type Story struct {
	ID       ArticleID
	Kind     Kind
	Lang     Lang
	Group    ArticleID
	Path     Path
	Content  // without its body in lists; without it where Access is not public
	Revision int

	PublishedAt time.Time
	UpdatedAt   time.Time
	Day         Day
	Corrections []Correction
	Stamp       int64 // the event that last changed what the story's page shows

	Pictures map[PictureID]*Picture // what to show for the newsroom's own pictures in Content

	Translations []Translation // the published languages of the story, its own included, in the order of the editions
	Original     Path          // the published original's address; where there is none, that of the first language
}

// Translation is one published language of a story.
type Translation struct {
	Kind     Kind
	Lang     Lang
	Path     Path
	Headline string
	Day      Day
	Original bool // what the others were translated from
}

// Original returns the address of the original among the published languages
// of a story; where it is not published, that of the first stands for it.
func Original(versions []Translation) Path {
	for _, t := range versions {
		if t.Original {
			return t.Path
		}
	}
	if len(versions) == 0 {
		return ""
	}
	return versions[0].Path
}

// Head is a story in a list: what a line about it needs.
type Head struct {
	ID          ArticleID
	Kind        Kind
	Lang        Lang
	Group       ArticleID
	Path        Path
	Headline    string
	Standfirst  string
	Kicker      string
	Section     string
	Genre       Genre
	Bylines     []Byline
	PublishedAt time.Time
	UpdatedAt   time.Time
	Order       int64 // of publication, for stories of one instant

	Picture *Picture // what to show for the lead picture, if it is the newsroom's own
	Alt     string   // its alternative text
}
