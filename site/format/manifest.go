package format

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

// Manifest writes the edition's web app manifest; the colour is its ground's.
func (e *Edition) Manifest(colour string) ([]byte, error) {
	v := manifest{
		ID: e.Home(), Name: e.Name, ShortName: e.Name, About: e.About, Lang: e.L.Code, Dir: e.L.Dir,
		Start: e.Home(), Scope: e.Home(), Display: "minimal-ui", Theme: colour, Background: colour,
		Categories: []string{"news"},
		Icons:      []manifestIcon{{e.Vector, "any", "image/svg+xml", "any"}},
	}
	for _, purpose := range []string{"any", "maskable"} {
		v.Icons = append(v.Icons,
			manifestIcon{e.Small, "192x192", "image/png", purpose}, manifestIcon{e.Large, "512x512", "image/png", purpose})
	}
	return encodeJSON(v)
}
