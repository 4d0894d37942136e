package site

import (
	"context"

	"stet"
	"stet/press"
	"stet/site/format"
)

func termsOf(paper *stet.Site) format.Terms { return format.TermsOf(paper.Settings.AI) }

// termFields are the header fields of every answer that the terms hold for.
func termFields(t format.Terms) []press.Field {
	if !t.Reserved {
		return nil
	}
	return []press.Field{{Name: "Content-Usage", Value: t.Usage}, {Name: "TDM-Reservation", Value: "1"}}
}

// robots makes the file that crawlers ask for first.
func (s *Site) robots(ctx context.Context) (press.Page, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return press.Page{}, err
	}
	text := termsOf(paper).Robots(s.url, paper.Langs())
	return press.Page{Fields: s.fields("text/plain; charset=utf-8"), Parts: []press.Part{{HTML: text}}}, nil
}

// reservation makes the file of the TDM Reservation Protocol.
func (s *Site) reservation(context.Context) (press.Page, error) {
	return press.Page{Fields: s.fields("application/json"), Parts: []press.Part{{HTML: format.Reservation()}}}, nil
}
