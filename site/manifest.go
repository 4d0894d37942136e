package site

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"stet/press"
	"stet/site/theme"
)

const manifestName = "site.webmanifest"

// manifest is the paper as devices install it.
type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	About      string         `json:"description,omitempty"`
	Lang       string         `json:"lang"`
	Dir        string         `json:"dir"`
	Start      string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Theme      string         `json:"theme_color"`
	Background string         `json:"background_color"`
	Categories []string       `json:"categories"`
	Icons      []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// manifest makes the edition's web app manifest.
func (e *edition) manifest(context.Context) (press.Page, error) {
	picture := func(src string, width int, purpose string) manifestIcon {
		return manifestIcon{src, fmt.Sprintf("%dx%d", width, width), "image/png", purpose}
	}
	icons := e.theme.Icons
	return e.json("manifest", "application/manifest+json", manifest{
		ID: e.home(), Name: e.name.Name, ShortName: e.name.Name, About: e.name.About, Lang: e.l.Code, Dir: e.l.Dir,
		Start: e.home(), Scope: e.home(), Display: "minimal-ui", Theme: e.theme.Light, Background: e.theme.Light,
		Categories: []string{"news"},
		Icons: []manifestIcon{
			{icons.Vector, "any", "image/svg+xml", "any"},
			picture(icons.Small, theme.SmallIcon, "any"), picture(icons.Large, theme.LargeIcon, "any"),
			picture(icons.Small, theme.SmallIcon, "maskable"), picture(icons.Large, theme.LargeIcon, "maskable"),
		},
	})
}

// json makes a page of JSON.
func (s *Site) json(kind, mediaType string, v any, more ...press.Field) (press.Page, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return press.Page{}, fmt.Errorf("%s: %w", kind, err)
	}
	s.count(s.laid, kind)
	return press.Page{Fields: fields(mediaType, more...), Parts: []press.Part{{HTML: out.Bytes()}}}, nil
}
