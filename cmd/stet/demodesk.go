package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"stet"
	"stet/native"
	"stet/store"
)

// sampleDesk is who works in the sample newsroom, and on what.
type sampleDesk struct {
	People []struct {
		Email, Name string
		Role        stet.Role
		Langs       []stet.Lang
		Desk        stet.Lang
	}
	Works []struct {
		Article json.RawMessage // in the native form
		Steps   []sampleStep
	}
}

// sampleStep is something that one of the people did to a text.
type sampleStep struct {
	Do, By, To, Note string
	Tell             []string // whom a remark calls
	Ago              span     // before the newsroom is opened
	In               span     // after it, for what is scheduled
}

// span is a time.Duration as in "90m".
type span time.Duration

func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*s = span(d)
	return err
}

// fillDesk lets people work in the sample newsroom.
func fillDesk(ctx context.Context, db *store.DB, now time.Time) error {
	now = now.UTC().Truncate(time.Minute)
	editor, err := db.AddPerson(ctx, stet.Operator, demoEditor, now)
	if err != nil {
		return err
	}
	text, err := newsroom.ReadFile("newsroom/desk.json")
	if err != nil {
		return err
	}
	var desk sampleDesk
	if err := json.Unmarshal(text, &desk); err != nil {
		return err
	}
	people := map[string]*stet.Person{editor.Email: editor}
	for _, p := range desk.People {
		added, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: p.Email, Name: p.Name, Role: p.Role, Langs: p.Langs, Desk: p.Desk}, now)
		if err != nil {
			return err
		}
		people[p.Email] = added
	}
	id := func(email string) string {
		if p := people[email]; p != nil {
			return p.User().ID
		}
		return ""
	}
	for _, w := range desk.Works {
		n, err := native.Decode(w.Article)
		if err != nil {
			return err
		}
		draft, _, err := n.Draft()
		if err != nil {
			return err
		}
		for _, s := range w.Steps {
			at := now.Add(-time.Duration(s.Ago))
			_, err := db.UpdateArticle(ctx, n.ID, func(a *stet.Article) error {
				by := people[s.By].User()
				switch s.Do {
				case "write":
					return a.Create(by, draft, at)
				case "submit":
					return a.Submit(by, s.Note, id(s.To), at)
				case "return":
					return a.Return(by, s.Note, at)
				case "approve":
					return a.Approve(by, s.Note, at)
				case "remark":
					var tell []string
					for _, email := range s.Tell {
						tell = append(tell, id(email))
					}
					return a.Remark(by, s.Note, tell, at)
				case "schedule":
					return a.Publish(by, now.Add(time.Duration(s.In)).Truncate(time.Hour), at)
				}
				return fmt.Errorf("nobody knows how to %s", s.Do)
			})
			if err != nil {
				return fmt.Errorf("%s: %s: %w", n.ID, s.Do, err)
			}
		}
	}
	return nil
}
