package store_test

import (
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/picture"
	"stet/store/storetest"
)

func bring(t *testing.T, db *store.DB, name string, said stet.Description) *stet.Picture {
	t.Helper()
	file := stet.PictureFile{Hash: strings.Repeat("0", 60) + name, Type: "image/jpeg", Name: name + ".jpg", Bytes: 1000, Width: 3000, Height: 2000}
	return bringAs(t, db, stet.PictureID(store.NewID()), file, said)
}

func bringAs(t *testing.T, db *store.DB, id stet.PictureID, file stet.PictureFile, said stet.Description) *stet.Picture {
	t.Helper()
	p, err := stet.Bring(stet.Operator, id, file, said, day)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.AddPicture(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

var day = time.Date(2026, 1, 9, 12, 0, 0, 0, time.UTC)

func TestPictures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru")
		said := stet.Description{Credit: "Анна Снимкова", Words: map[stet.Lang]stet.PictureWords{"ru": {Alt: "Мост через Куру", Caption: "Мост вечером"}}}
		bridge, river := bring(t, db, "most", said), bring(t, db, "reka", stet.Description{})

		write := func(id stet.ArticleID, lead, body stet.PictureID) error {
			d := draft("ru", "Мост")
			if lead != "" {
				d.Content.Picture = &stet.PictureUse{ID: lead}
			}
			if body != "" {
				d.Content.Body.Content = append(d.Content.Body.Content, &prose.Node{Type: prose.Picture, Attrs: prose.Attrs{{Name: "id", Value: "p9"}, {Name: "ref", Value: string(body)}}})
			}
			_, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error {
				if err := a.Create(storetest.Editor, d, day); err != nil {
					return err
				}
				return a.Publish(storetest.Editor, time.Time{}, day)
			})
			return err
		}
		if err := write("lost", "nothing", ""); !stet.Is(err, stet.Invalid) {
			t.Errorf("a lead picture that is not there: %v", err)
		}
		if err := write("lost", "", "nothing"); !stet.Is(err, stet.Invalid) {
			t.Errorf("a picture in the body that is not there: %v", err)
		}
		if err := write("one", bridge.ID, river.ID); err != nil {
			t.Fatal(err)
		}
		if err := write("two", "", ""); err != nil {
			t.Fatal(err)
		}

		story, err := db.Public().Story(ctx, "one")
		if err != nil {
			t.Fatal(err)
		}
		if p := story.Pictures[bridge.ID]; p == nil || p.Alt("ru") != "Мост через Куру" || p.Frame(stet.Wide).Key != bridge.Frame(stet.Wide).Key {
			t.Errorf("the story has %+v for its lead picture", p)
		}
		lead := func() *stet.Head {
			heads, err := db.Public().Heads(ctx, stet.HeadQuery{Lang: "ru"})
			if err != nil || len(heads) != 2 {
				t.Fatal(heads, err)
			}
			for i := range heads {
				if heads[i].ID == "one" {
					return &heads[i]
				}
			}
			return nil
		}
		if h := lead(); h.Picture == nil || h.Picture.ID != bridge.ID || h.Alt != "Мост через Куру" {
			t.Errorf("the list shows %+v", h)
		}

		// Found by the beginnings of words, and by use.
		for query, want := range map[picture.Query]int{
			{Text: "мос кур"}: 1, {Text: "Снимкова"}: 1, {Text: "reka"}: 1, {Text: "море"}: 0, {}: 2, {Unused: true}: 0, {Used: true}: 2, {WithoutAlt: "ru"}: 1, {WithoutAlt: "az"}: 2, {Since: day.Add(time.Second)}: 0,
		} {
			found, _, err := db.FindPictures(ctx, query)
			if err != nil || len(found) != want {
				t.Errorf("%+v finds %d pictures, want %d (%v)", query, len(found), want, err)
			}
		}
		first, next, err := db.FindPictures(ctx, picture.Query{Limit: 1})
		if err != nil || len(first) != 1 || next == "" {
			t.Fatal(first, next, err)
		}
		second, next, err := db.FindPictures(ctx, picture.Query{Limit: 1, After: next})
		if err != nil || len(second) != 1 || next != "" || second[0].ID == first[0].ID {
			t.Error(second, next, err)
		}
		uses, err := db.PictureUses(ctx, stet.Operator, bridge.ID)
		if err != nil || len(uses) != 1 || uses[0].Article != "one" || !uses[0].Live {
			t.Errorf("uses: %+v %v", uses, err)
		}

		// Another crop is an event of each story that shows it, and of no other.
		head, _ := db.Head(ctx)
		_, err = db.UpdatePictures(ctx, stet.Operator, []stet.PictureID{river.ID}, day, func(ps []*stet.Picture) error {
			return ps[0].Crop(stet.Operator, stet.Point{X: 0.1, Y: 0.2}, nil, day)
		})
		if err != nil {
			t.Fatal(err)
		}
		events, err := db.EventsAfter(ctx, head, 10)
		if err != nil || len(events) != 1 || events[0].Kind != stet.Pictured || events[0].Article != "one" || events[0].Is == nil {
			t.Errorf("after a crop: %+v %v", events, err)
		}
		if again, _ := db.Public().Story(ctx, "one"); again.Stamp != head+1 {
			t.Errorf("the story's stamp is %d, want %d", again.Stamp, head+1)
		}

		// What has been replaced shows the other one everywhere, also what it stood for.
		replace := func(id, by stet.PictureID) error {
			_, err := db.UpdatePictures(ctx, stet.Operator, []stet.PictureID{id, by}, day, func(ps []*stet.Picture) error {
				return ps[0].Replace(stet.Operator, ps[1], day)
			})
			return err
		}
		sea := bring(t, db, "more", stet.Description{Words: map[stet.Lang]stet.PictureWords{"ru": {Alt: "Море"}}})
		if err := replace(bridge.ID, river.ID); err != nil {
			t.Fatal(err)
		}
		if err := replace(river.ID, bridge.ID); !stet.Is(err, stet.Invalid) {
			t.Errorf("a circle of replacements: %v", err)
		}
		if err := replace(river.ID, sea.ID); err != nil {
			t.Fatal(err)
		}
		story, _ = db.Public().Story(ctx, "one")
		if story.Pictures[bridge.ID].ID != sea.ID || story.Pictures[river.ID].ID != sea.ID {
			t.Errorf("the story shows %v and %v, want %v", story.Pictures[bridge.ID].ID, story.Pictures[river.ID].ID, sea.ID)
		}
		if h := lead(); h.Picture.ID != sea.ID || h.Alt != "Море" {
			t.Errorf("the list shows %+v", h.Picture)
		}

		if err := db.RemovePicture(ctx, stet.Operator, bridge.ID); !stet.Is(err, stet.Conflict) {
			t.Errorf("a picture in use is removed: %v", err)
		}
		if err := db.RemovePicture(ctx, stet.Operator, sea.ID); !stet.Is(err, stet.Conflict) {
			t.Errorf("a picture that stands for another is removed: %v", err)
		}
		spare := bring(t, db, "spare", said)
		if err := db.RemovePicture(ctx, stet.User{Role: stet.Reporter}, spare.ID); !stet.Is(err, stet.Forbidden) {
			t.Errorf("a reporter removes a picture: %v", err)
		}
		if err := db.RemovePicture(ctx, stet.Operator, spare.ID); err != nil {
			t.Error(err)
		}
		if _, err := db.Picture(ctx, spare.ID); !stet.Is(err, stet.NotFound) {
			t.Errorf("the removed picture: %v", err)
		}
		if r, err := db.Examine(ctx); err != nil || len(r.Damage) > 0 {
			t.Errorf("damage: %v %v", r, err)
		}
	})
}
