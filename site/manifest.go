package site

import (
	"context"
	"fmt"

	"stet/press"
)

const manifestName = "site.webmanifest"

// manifest makes the edition's web app manifest.
func (e *edition) manifest(context.Context) (press.Page, error) {
	text, err := e.format.Manifest(e.theme.Light)
	if err != nil {
		return press.Page{}, fmt.Errorf("manifest: %w", err)
	}
	e.count(e.laid, "manifest")
	return press.Page{Fields: e.fields("application/manifest+json"), Parts: []press.Part{{HTML: text}}}, nil
}
