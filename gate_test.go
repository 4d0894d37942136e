package stet_test

import (
	"errors"
	"testing"
	"time"

	"stet"
	"stet/prose"
)

// TestGate: languages that wait for one another are published at one moment, or
// none of them is.
func TestGate(t *testing.T) {
	noon := time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)
	chief := stet.User{ID: "user:chief", Name: "Chief", Role: stet.ChiefEditor, Origin: stet.ByPerson}
	russian := stet.User{ID: "user:ru", Name: "Russian", Role: stet.ChiefEditor, Langs: []stet.Lang{"ru"}, Origin: stet.ByPerson}
	group := func() []*stet.Article {
		var out []*stet.Article
		for _, l := range []stet.Lang{"en", "ru"} {
			a := &stet.Article{ID: stet.ArticleID(l)}
			d := stet.Draft{Kind: stet.StoryKind, Lang: l, Group: "en", Content: stet.Content{Headline: "One", Section: "city", Body: prose.FromText("Words.")}}
			if err := a.Create(chief, d, noon); err != nil {
				t.Fatal(err)
			}
			if err := a.SetGate(chief, true, noon); err != nil {
				t.Fatal(err)
			}
			out = append(out, a)
		}
		return out
	}
	live := func(as []*stet.Article) (n int) {
		for _, a := range as {
			if a.Live == stet.LivePublished {
				n++
			}
		}
		return n
	}
	refused := func(what string, err error, in stet.Lang, kind stet.ErrorKind) {
		t.Helper()
		var gate *stet.GateError
		if !errors.As(err, &gate) || gate.Lang != in || !stet.Is(err, kind) {
			t.Errorf("%s: %v, want one of %q", what, err, in)
		}
	}
	as := group()
	if err := as[0].Publish(chief, time.Time{}, noon); !stet.Is(err, stet.Conflict) {
		t.Errorf("one alone: %v", err)
	}
	refused("by who may not", stet.PublishTogether(as, russian, time.Time{}, noon), "en", stet.Forbidden)
	if err := stet.PublishTogether(as, chief, noon, noon); err != nil || live(as) != 2 || as[0].Gate || !as[0].PublishedAt.Equal(as[1].PublishedAt) {
		t.Errorf("together: %v, %d live", err, live(as))
	}
	if err := as[0].Publish(chief, time.Time{}, noon); err != nil {
		t.Errorf("after it: %v", err)
	}
	if err := as[0].SetGate(chief, true, noon); !stet.Is(err, stet.Conflict) {
		t.Errorf("once it is published: %v", err)
	}

	as = group()
	if err := as[1].Save(chief, stet.Content{Headline: "", Section: "city"}, noon); err != nil {
		t.Fatal(err)
	}
	refused("one of them not whole", stet.PublishTogether(as, chief, time.Time{}, noon), "ru", stet.Invalid)

	as = group()
	at := noon.Add(time.Hour)
	if err := stet.PublishTogether(as, chief, at, noon); err != nil || as[0].Scheduled == nil || as[1].Scheduled == nil {
		t.Fatalf("scheduled together: %v", err)
	}
	if err := as[0].SetGate(chief, false, noon); !stet.Is(err, stet.Conflict) {
		t.Errorf("to open it while it is scheduled: %v", err)
	}
	if err := as[0].Due(at); err != nil || live(as) != 0 {
		t.Errorf("the clock, of one alone: %v, %d live", err, live(as))
	}
	refused("too early", stet.DueTogether(as, at.Add(-time.Second)), "en", stet.Conflict)
	if err := stet.DueTogether(as, at); err != nil || live(as) != 2 {
		t.Errorf("when it is time: %v, %d live", err, live(as))
	}

	as = group()
	if err := stet.PublishTogether(as, chief, at, noon); err != nil {
		t.Fatal(err)
	}
	if err := as[0].Unschedule(chief, "", noon); err != nil {
		t.Fatal(err)
	}
	refused("one was taken out", stet.DueTogether(as, at), "en", stet.Conflict)
	if err := stet.UnscheduleTogether(as, chief, "not yet", noon); err != nil || as[0].Scheduled != nil || as[1].Scheduled != nil {
		t.Errorf("out of the schedule: %v", err)
	}
	if err := as[0].SetGate(russian, false, noon); !stet.Is(err, stet.Forbidden) {
		t.Errorf("by who may not: %v", err)
	}
	if d, err := as[0].Translation(chief, "az"); err != nil || !d.Gate {
		t.Errorf("one more language does not wait: %v", err)
	}
}
