package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"stet/site/card"
	"stet/site/format"
)

// Cards are twins of articles: pictures of their headlines, which others show
// with a link to an article that has no picture of its own. One is drawn when it
// is first asked for and held like any page. Only one is drawn at a time,
// whoever asks for how many: readers' pages come first.
const (
	cardSuffix = ".card.png"
	cardType   = "image/png"
)

// cardOf is what stands on an article's card.
func (e *edition) cardOf(a *format.Article) card.Card {
	c := card.Card{
		Lang: e.l.Code, Script: strings.ToLower(e.l.Script), Backward: e.l.Dir == "rtl",
		Headline: a.Headline, Paper: e.name.Name, Ground: e.theme.Light, Kicker: e.format.Label(a.Genre),
	}
	if c.Kicker == "" && a.Section != nil {
		c.Kicker = a.Section.Text
	}
	return c
}

// cardAddress is the whole address of an article's card. What follows the
// question mark tells those who keep pictures by their addresses that this is
// another than before; the site itself passes over it.
func (e *edition) cardAddress(a *format.Article) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "2 %+v", e.cardOf(a)))
	return a.At() + cardSuffix + "?" + hex.EncodeToString(sum[:5])
}

// drawCard draws an article's card, when it is its turn.
func (e *edition) drawCard(ctx context.Context, a *format.Article) ([]byte, error) {
	select {
	case e.drawing <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting to draw: %w", context.Cause(ctx))
	}
	defer func() { <-e.drawing }()
	var out bytes.Buffer
	err := card.Write(&out, e.cardOf(a))
	return out.Bytes(), err
}
