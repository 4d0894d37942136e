//go:build !race

package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	browserpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"stet"
	"stet/media"
	"stet/prose"
	"stet/prose/parallel"
	"stet/site/theme"
	"stet/store/access"
	"stet/store/picture"
	"stet/store/translation"
)

// deskSample is the sample newsroom with people at work in it.
type deskSample struct {
	*sample
	people  map[string]*stet.Person
	cookies map[string]string
	photos  []stet.PictureID
	plan    *stet.Plan
}

// TestDeskPages lets other people's tools judge the desk's pages, and with
// -update keeps pictures of them.
func TestDeskPages(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser and Java")
	}
	t.Parallel()
	n := openDesk(t)
	n.fill(t)
	t.Run("pages", func(t *testing.T) {
		beside(t, "look", n.look)
		beside(t, "html", n.validHTML)
	})
	t.Run("actions", n.actions) // changes them
	t.Run("front", n.runFront)
	t.Run("calendar", n.keepCalendar)
}

func openDesk(t *testing.T) *deskSample {
	t.Helper()
	n := &deskSample{openSample(t, theme.Default), map[string]*stet.Person{}, map[string]string{}, nil, nil}
	ctx := t.Context()
	go n.server.follower.Run(ctx)
	for name, p := range map[string]stet.Person{
		"anna":  {Name: "Anna Berg", Role: stet.ChiefEditor, Desk: "en", Zone: "Europe/Berlin"},
		"oleg":  {Name: "Олег Климов", Role: stet.Reporter, Desk: "ru"},
		"leyla": {Name: "Leyla Əliyeva", Role: stet.Editor, Desk: "az"},
		"salim": {Name: "Salim Haddad", Role: stet.Translator, Desk: "en", Langs: []stet.Lang{"ar"}},
	} {
		p.Email = name + "@example.org"
		made, err := n.server.db.AddPerson(ctx, stet.Operator, p, sampleTime)
		if err != nil {
			t.Fatal(err)
		}
		n.people[name] = made
		n.cookies[name], err = n.server.db.AddSession(ctx, access.Session{Person: made.ID, Device: "Firefox, Linux", Created: sampleTime, Used: sampleTime, Until: sampleTime.AddDate(0, 1, 0)})
		if err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// sampleTask is a story on the desk and what became of it.
type sampleTask struct {
	id       stet.ArticleID
	by       string
	lang     stet.Lang
	headline string
	became   func(a *stet.Article, n *deskSample, now time.Time) error
}

var sampleTasks = []sampleTask{
	{"work-draft", "oleg", "ru", "Ночной паром между берегами пойдёт с декабря", nil},
	{"work-blank", "anna", "en", "", nil},
	{"work-review", "oleg", "ru", "Смета набережной выросла на треть: что говорят подрядчики", func(a *stet.Article, n *deskSample, now time.Time) error {
		return a.Submit(n.people["oleg"].User(), "Цифры сверил с городом, жду ответа подрядчика.", n.people["anna"].ID, now)
	}},
	{"work-returned", "leyla", "az", "Limanda yeni növbə cədvəli: işçilər nə deyir", func(a *stet.Article, n *deskSample, now time.Time) error {
		if err := a.Submit(n.people["leyla"].User(), "", "", now); err != nil {
			return err
		}
		return a.Return(n.people["anna"].User(), "Please name the second source.\nThe rest is good.", now.Add(time.Minute))
	}},
	{"work-approved", "anna", "en", "The lighthouse keepers who never left", func(a *stet.Article, n *deskSample, now time.Time) error {
		return a.Approve(n.people["anna"].User(), "", now)
	}},
	{"work-scheduled", "anna", "en", "Council votes on the river budget tonight", func(a *stet.Article, n *deskSample, now time.Time) error {
		return a.Publish(n.people["anna"].User(), sampleTime.Add(9*time.Hour), now)
	}},
	{"work-live", "anna", "en", "First container train leaves the port for Tersa", func(a *stet.Article, n *deskSample, now time.Time) error {
		if err := a.Publish(n.people["anna"].User(), time.Time{}, now); err != nil {
			return err
		}
		c := a.Current.Content
		c.Standfirst = "Forty-two wagons, one day earlier than promised."
		if err := a.Save(n.people["leyla"].User(), c, now.Add(time.Hour)); err != nil {
			return err
		}
		return a.Remark(n.people["oleg"].User(), "@Anna Berg the driver’s name is Demir, not Demis.", []string{n.people["anna"].ID}, now.Add(2*time.Hour))
	}},
	{"work-arabic", "salim", "ar", "أول قطار حاويات ينطلق من رصيف ميناء أورسانا إلى تيرسا", nil},
}

// bring takes a picture into the newsroom: the sun over the sea.
func (n *deskSample) bring(t *testing.T, name string, width, height int, said stet.Description) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{uint8(250 - 90*y/height), uint8(190 - 60*y/height), uint8(120 + 90*y/height), 255}
			if dx, dy := x-width/3, y-height/3; dx*dx+dy*dy < height*height/60 {
				c = color.RGBA{255, 240, 200, 255}
			} else if y > height*2/3 {
				c = color.RGBA{30, uint8(60 + 40*x/width), 90, 255}
			}
			img.Set(x, y, c)
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		t.Fatal(err)
	}
	p, err := n.server.media.Bring(t.Context(), n.people["anna"].User(), media.Incoming{Name: name, Body: &file, Say: func(d *stet.Description) { *d = said }})
	if err != nil {
		t.Fatal(err)
	}
	n.photos = append(n.photos, p.ID)
}

// fill puts stories on the desk.
func (n *deskSample) fill(t *testing.T) {
	t.Helper()
	n.bring(t, "DSC_0412.jpg", 1200, 800, stet.Description{Creator: "Anna Berg", Credit: "Anna Berg / The Orsana Herald", Words: map[stet.Lang]stet.PictureWords{
		"en": {Alt: "The sun over the bay", Caption: "The bay of Orsana on Tuesday evening."}, "ar": {Alt: "الشمس فوق الخليج"}}})
	n.bring(t, "порт.jpg", 700, 1000, stet.Description{Credit: "Олег Климов", Expires: sampleTime.AddDate(0, 0, -3)})
	words := prose.FromText("The crossing takes eleven minutes, and there is coffee on board.\n\nThe first boat leaves at ten past eleven in the evening; the last returns at four. What the city pays for it is in the budget that the council votes on next week.")
	for i, task := range sampleTasks {
		now := sampleTime.Add(time.Duration(i-40) * time.Hour)
		_, err := n.server.db.UpdateArticle(t.Context(), task.id, func(a *stet.Article) error {
			c := stet.Content{Headline: task.headline}
			switch task.id {
			case "work-live":
				c.Picture = &stet.PictureUse{ID: n.photos[0]}
			case "work-arabic":
				c.Picture = &stet.PictureUse{ID: n.photos[0], Caption: "الخليج مساء الثلاثاء"}
			case "work-approved":
				c.Picture = &stet.PictureUse{ID: n.photos[1]}
			}
			if task.headline != "" {
				c.Section, c.Body, c.Kicker = "city", words, ""
				c.Standfirst = task.headline
			}
			if err := a.Create(n.people[task.by].User(), stet.Draft{Kind: stet.StoryKind, Lang: task.lang, Content: c}, now); err != nil {
				return err
			}
			if task.became == nil {
				return nil
			}
			return task.became(a, n, now.Add(time.Minute))
		})
		if err != nil {
			t.Fatal(task.id, err)
		}
	}
	db := n.server.db
	n.translated(t)
	pins := stet.Pins{{Story: "work-live", Until: sampleTime.Add(3 * time.Hour)}, {}, {Story: "work-scheduled"}}
	if _, _, err := db.ArrangeFront(t.Context(), n.people["anna"].User(), "en", "", 0, pins, sampleTime.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	n.planned(t)
	line := stet.Breaking{Lang: "en", Text: "River bridge closed after barge collision", Until: sampleTime.Add(2 * time.Hour)}
	if _, err := db.Announce(t.Context(), n.people["anna"].User(), line, sampleTime.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
}

// translated brings a live story into Arabic, as far as one headline and paragraph,
// and changes the story then.
func (n *deskSample) translated(t *testing.T) {
	t.Helper()
	db, anna := n.server.db, n.people["anna"].User()
	if err := db.SetEntries(t.Context(), anna, "en", "ar", []translation.Entry{{Term: "coffee", Translation: "قهوة", Note: "on board"}}, sampleTime); err != nil {
		t.Fatal(err)
	}
	original, err := db.Article(t.Context(), "work-live")
	if err != nil {
		t.Fatal(err)
	}
	draft, err := original.Translation(anna, "ar")
	if err != nil {
		t.Fatal(err)
	}
	from := original.Current.Translatable()
	block := from.Body.Content[0]
	id := block.Attrs.Get("id")
	draft.Content.Headline = "أول قطار حاويات"
	draft.Content.Body.Content = append(draft.Content.Body.Content, &prose.Node{Type: prose.Paragraph, Attrs: prose.Attrs{{Name: "id", Value: id}}, Content: []*prose.Node{{Type: prose.Text, Text: "تستغرق الرحلة إحدى عشرة دقيقة."}}})
	if _, err := db.UpdateArticle(t.Context(), "work-translated", func(a *stet.Article) error { return a.Create(anna, draft, sampleTime) }); err != nil {
		t.Fatal(err)
	}
	was := prose.FromText("The crossing takes twelve minutes, and there is tea on board.").Content[0]
	was.Attrs = prose.Attrs{{Name: "id", Value: id}}
	if err := db.Settle(t.Context(), "work-translated", "work-live", []parallel.Made{
		{Unit: id, Source: parallel.Print(was), Target: parallel.Print(draft.Content.Body.Content[len(draft.Content.Body.Content)-1]), Was: string(was.JSON())},
	}, anna.ID, sampleTime); err != nil {
		t.Fatal(err)
	}
}

// deskPage is a page of the desk as somebody sees it.
type deskPage struct {
	name, who, path string
	status          int
}

func (n *deskSample) pages(t *testing.T) []deskPage {
	t.Helper()
	live, err := n.server.db.Article(t.Context(), "work-live")
	if err != nil {
		t.Fatal(err)
	}
	at := "/desk/articles/"
	return []deskPage{
		{"home", "anna", "/desk/", 200},
		{"home-reporter", "oleg", "/desk/", 200},
		{"board", "anna", "/desk/board", 200},
		{"board-drafts", "leyla", "/desk/board?state=draft&sort=touched", 200},
		{"board-nothing", "oleg", "/desk/board?q=xyzzy", 200},
		{"inbox", "anna", "/desk/inbox", 200},
		{"article-blank", "anna", at + "work-blank", 200},
		{"article", "oleg", at + "work-draft", 200},
		{"article-review", "anna", at + "work-review", 200},
		{"article-scheduled", "anna", at + "work-scheduled?did=schedule", 200},
		{"article-live", "anna", at + "work-live", 200},
		{"article-arabic", "salim", at + "work-arabic", 200},
		{"languages", "anna", at + "work-live/translate", 200},
		{"languages-ru", "oleg", at + "work-live/translate", 200},
		{"beside", "anna", at + "work-translated/beside", 200},
		{"beside-arabic", "salim", at + "work-translated/beside", 200},
		{"beside-az", "leyla", at + "work-translated/beside", 200},
		{"glossary", "anna", "/desk/glossary?from=en&to=ar", 200},
		{"glossary-az", "leyla", "/desk/glossary?from=en&to=ar", 200},
		{"publish-translation", "anna", at + "work-translated/publish", 200},
		{"publish", "anna", at + "work-approved/publish", 200},
		{"publish-stopped", "anna", at + "work-blank/publish", 200},
		{"update", "anna", at + "work-live/publish", 200},
		{"schedule", "anna", at + "work-approved/schedule?at=2026-11-24T07:30&zone=Asia/Baku", 200},
		{"schedule-gap", "anna", at + "work-approved/schedule?at=2027-03-28T02:30&zone=Europe/Berlin", 200},
		{"schedule-overlap", "anna", at + "work-approved/schedule?at=2027-10-31T02:30&zone=Europe/Berlin", 200},
		{"correct", "anna", at + "work-live/correct", 200},
		{"withdraw", "leyla", at + "work-live/withdraw", 200},
		{"receipt", "anna", fmt.Sprintf("%swork-live/receipt?event=%d", at, live.Event), 200},
		{"history", "anna", at + "work-live/history", 200},
		{"compare", "anna", at + "work-live/compare?from=r1", 200},
		{"preview", "anna", at + "work-live/preview", 200},
		{"pictures", "anna", "/desk/pictures", 200},
		{"pictures-nothing", "oleg", "/desk/pictures?q=xyzzy&uses=unused", 200},
		{"pictures-for", "leyla", "/desk/pictures?for=" + string(n.photos[1]), 200},
		{"picture", "anna", "/desk/pictures/" + string(n.photos[0]), 200},
		{"pictures-lead", "oleg", "/desk/pictures?lead=work-draft&uses=used", 200},
		{"picture-az", "leyla", "/desk/pictures/" + string(n.photos[0]), 200},
		{"picture-ended", "oleg", "/desk/pictures/" + string(n.photos[1]), 200},
		{"replace", "leyla", "/desk/pictures/" + string(n.photos[0]) + "/replace?by=" + string(n.photos[1]), 200},
		{"front", "anna", "/desk/front?lang=en", 200},
		{"front-section", "leyla", "/desk/front?lang=ar&section=city", 200},
		{"front-reader", "oleg", "/desk/front?lang=ru", 200},
		{"breaking", "leyla", "/desk/breaking", 200},
		{"calendar", "anna", "/desk/calendar", 200},
		{"calendar-week", "oleg", "/desk/calendar?view=week", 200},
		{"calendar-list", "leyla", "/desk/calendar?view=list", 200},
		{"calendar-new", "anna", "/desk/calendar/new", 200},
		{"calendar-event", "leyla", "/desk/calendar/events/" + n.plan.ID, 200},
		{"calendar-move", "anna", "/desk/calendar/move?item=schedule:work-scheduled", 200},
		{"sections", "anna", "/desk/sections", 200},
		{"topics", "leyla", "/desk/topics?lacks=az", 200},
		{"topic", "leyla", "/desk/topics/new", 200},
		{"author", "anna", "/desk/authors/new", 200},
		{"account", "leyla", "/desk/account", 200},
		{"missing", "oleg", "/desk/nowhere", 404},
		{"forbidden", "oleg", at + "work-live/publish", 403},
		{"sign-in", "", "/desk/sign-in", 200},
	}
}

// get reads a page of the desk as somebody.
func (n *deskSample) get(t *testing.T, p deskPage) string {
	t.Helper()
	r := httptest.NewRequest("GET", p.path, nil)
	if c := n.cookies[p.who]; c != "" {
		r.AddCookie(&http.Cookie{Name: "stet", Value: c})
	}
	w := httptest.NewRecorder()
	n.handler.ServeHTTP(w, r)
	if w.Code != p.status {
		t.Errorf("%s answers %d, want %d", p.path, w.Code, p.status)
	}
	return w.Body.String()
}

func (n *deskSample) validHTML(t *testing.T) {
	dir, of := t.TempDir(), map[string]string{}
	for _, p := range n.pages(t) {
		file := filepath.Join(dir, p.name+".html")
		of[file] = p.path
		if err := os.WriteFile(file, []byte(n.get(t, p)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"frame/static/desk.css", "front/static/front.css"} {
		css, err := os.ReadFile("../../desk/" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(name)), css, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	judgeHTML(t, dir, of)
}

// as signs the browser in as somebody.
func (n *deskSample) as(t *testing.T, ctx context.Context, who string) {
	t.Helper()
	u, err := url.Parse(n.url)
	if err == nil {
		_, err = call(ctx, network.SetCookie, network.SetCookieParams{Name: "stet", Value: n.cookies[who], Domain: u.Hostname(), Path: "/"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// deskPictures are kept in doc, the others only looked at.
var deskPictures = map[string]bool{"home": true, "board": true, "article-live": true, "receipt": true}

// look opens every page on a phone and on a desk, light and dark: axe has
// nothing to say, nothing is wider than the screen, and dark is dark.
func (n *deskSample) look(t *testing.T) {
	script, err := os.ReadFile(needs(t, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	found := findings{}
	ctx := openBrowser(t, 5*time.Minute)
	for _, p := range n.pages(t) {
		n.as(t, ctx, p.who)
		n.visit(t, ctx, p.path)
		ask[bool](t, ctx, string(script)+"; true")
		for _, v := range views {
			look(t, ctx, v)
			rules := allRules
			if v.scheme == "dark" {
				rules = colourRules
			}
			judgeAccess(t, ctx, found, rules, p.name+", "+v.String())
			if wide := ask[int](t, ctx, fmt.Sprintf(`document.documentElement.scrollWidth - %d`, v.width)); wide > 0 {
				found.add("wider than the screen", fmt.Sprintf("%s, %s, by %d px", p.name, v, wide))
			}
			if (v.scheme == "dark") != ask[bool](t, ctx, `getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).every(c => c < 60)`) {
				found.add("light and dark are not told apart", p.name+", "+v.String())
			}
			file := fmt.Sprintf("%s-%s-%s.webp", p.name, v.name, v.scheme)
			dir := os.Getenv("STET_TEST_PICTURES") // where to keep a picture of every page
			if *update && deskPictures[p.name] && (v.name == "phone") == (v.scheme == "dark") {
				dir = "../../doc/desk"
			}
			if dir == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, file), capture(t, ctx, v, browserpage.CaptureScreenshotFormatWebp, 1/v.density), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	found.report(t, "desk")
}

// illustrate brings a picture in, describes it, moves its focus, puts it over a
// story and publishes that, all by keys; readers get it with its words.
func (n *deskSample) illustrate(t *testing.T, ctx context.Context) {
	const enter = "\r"
	do := func(all ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		for i, a := range all {
			if err := chromedp.Do(ctx, a); err != nil {
				t.Fatalf("step %d: %v", i+1, err)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "ferry.jpg")
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 900, 700)), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	n.visit(t, ctx, "/desk/pictures")
	do(chromedp.WaitReady(`form[data-bring] button[hidden]`), chromedp.SendKeys(`#files`, file),
		chromedp.SendKeys(`[data-upload="done"] > a:last-child`, enter), chromedp.WaitVisible(`[data-crop][data-ready]`),
		chromedp.SendKeys(`#alt\.en`, "The ferry Zephyr at the quay"), chromedp.SendKeys(`#credit`, "Photo: Nora Lind"+enter), chromedp.WaitVisible(`.did`),
		chromedp.WaitVisible(`[data-crop][data-ready]`), chromedp.SendKeys(`[data-stage]`, kb.ArrowRight), chromedp.SendKeys(`[data-crop] .primary`, enter), chromedp.WaitNotPresent(`.guess`), chromedp.WaitVisible(`.did`))
	found, _, err := n.server.db.FindPictures(t.Context(), picture.Query{Text: "zephyr"})
	if err != nil || len(found) != 1 || found[0].Guessed || found[0].Credit != "Photo: Nora Lind" {
		t.Fatalf("described and confirmed: %+v, %v", found, err)
	}
	n.visit(t, ctx, "/desk/articles/work-approved")
	do(chromedp.SendKeys(`[data-does="picture_other"]`, enter), chromedp.SendKeys(`#ask-q`, "zephyr"), chromedp.WaitNotPresent(`[data-choose]:nth-child(2), li + li [data-choose]`),
		chromedp.SendKeys(fmt.Sprintf(`[data-choose="%s"]`, found[0].ID), enter), chromedp.WaitVisible(`.lead img[alt="The ferry Zephyr at the quay"]`),
		chromedp.SendKeys(`a[href$="/publish"]`, enter), chromedp.SendKeys(`form[action$="/publish"] .primary`, enter), chromedp.WaitVisible(`[data-receipt] li`))
	a, err := n.server.db.Article(t.Context(), "work-approved")
	if err != nil || a.Current == nil || a.Current.Picture == nil || a.Current.Picture.ID != found[0].ID {
		t.Fatalf("published: %+v, %v", a, err)
	}
	page := n.get(t, deskPage{path: string(a.Path), status: 200})
	figure := regexp.MustCompile(`(?s)<figure.*?</figure>`).FindString(page)
	for _, want := range []string{"<picture>", found[0].Frame(stet.Natural).Key, `alt="The ferry Zephyr at the quay"`, "Photo: Nora Lind"} {
		if !strings.Contains(figure, want) {
			t.Errorf("readers get no %s:\n%s", want, figure)
		}
	}

	// The right to show it ends: the look before publication says so, and readers of
	// every story get another one at once.
	at := "/desk/pictures/" + string(found[0].ID)
	n.visit(t, ctx, at)
	do(chromedp.WaitVisible(`[data-crop][data-ready]`))
	ask[bool](t, ctx, `(document.getElementById("rights_end").value = "2026-11-01T10:00", true)`)
	do(chromedp.SendKeys(`.description .primary`, enter), chromedp.WaitVisible(`.did`))
	look := deskPage{who: "anna", path: "/desk/articles/work-approved/publish", status: 200}
	const ended = "The right to show a picture ended on"
	if page := n.get(t, look); !strings.Contains(page, ended) {
		t.Errorf("nobody says that a right has ended:\n%s", page)
	}
	n.visit(t, ctx, at)
	do(chromedp.SendKeys(`a[href$="?for=`+string(found[0].ID)+`"]`, enter), chromedp.SendKeys(fmt.Sprintf(`a[href$="/replace?by=%s"]`, n.photos[0]), enter),
		chromedp.SendKeys(`form[action$="/replace"] .primary`, enter), chromedp.WaitVisible(`.did`))
	if page := n.get(t, look); strings.Contains(page, ended) {
		t.Error("the right to show what stands in its place has ended")
	}
	instead, err := n.server.db.Picture(t.Context(), n.photos[0])
	if err != nil {
		t.Fatal(err)
	}
	for range 100 { // until what follows events has come to it
		if page = n.get(t, deskPage{path: string(a.Path), status: 200}); strings.Contains(page, instead.Frame(stet.Natural).Key) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if strings.Contains(page, found[0].Frame(stet.Natural).Key) || !strings.Contains(page, instead.Frame(stet.Natural).Key) {
		t.Error("readers still get the picture that may not be shown")
	}
}

// actions counts what an editor does, in an open story, to correct it and to
// restore an old text.
func (n *deskSample) actions(t *testing.T) {
	ctx := openBrowser(t, 2*time.Minute)
	look(t, ctx, views[2])
	n.as(t, ctx, "anna")
	n.illustrate(t, ctx)
	actions := 0
	act := func(do chromedp.Action[chromedp.Void], then string) {
		t.Helper()
		actions++
		if err := chromedp.Do(ctx, do, chromedp.WaitVisible(then)); err != nil {
			t.Fatalf("action %d: %v", actions, err)
		}
	}
	const body = `[role="textbox"][contenteditable="true"]`
	correct := chromedp.SendKeys(`[data-words] button`, "\r") // what the page tells meanwhile may move it from under a mouse
	article := func() *stet.Article {
		t.Helper()
		a, err := n.server.db.Article(t.Context(), "work-live")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}

	n.visit(t, ctx, "/desk/articles/work-live")
	act(chromedp.SendKeys(body, "Demir was the driver. "), body)
	act(chromedp.SendKeys(`#correction`, "The driver’s name is Demir."), body)
	act(correct, `[data-receipt] li`)
	a := article()
	if actions != 3 || len(a.Corrections) != 1 || !strings.Contains(a.Current.Body.Text(), "Demir was the driver.") {
		t.Errorf("%d actions made %+v of\n%s", actions, a.Corrections, a.Current.Body.Text())
	}

	// What somebody else wrote and came in only as the text was saved for a
	// correction goes out after a second look.
	n.visit(t, ctx, "/desk/articles/work-live")
	ask[bool](t, ctx, `(() => {
		const send = fetch, held = new Promise(go => { window.release = go })
		window.fetch = async (to, ...more) => { if (/(save|here)$/.test(to)) await held; return send(to, ...more) }
		return true
	})()`)
	if _, err := n.server.db.UpdateArticle(t.Context(), "work-live", func(a *stet.Article) error {
		c := a.Latest().Content
		c.Standfirst = "Forty-three wagons."
		return a.Save(n.people["leyla"].User(), c, sampleTime)
	}); err != nil {
		t.Fatal(err)
	}
	act(chromedp.SendKeys(body, "He has driven trains for years. "), body)
	act(chromedp.SendKeys(`#correction`, "He was no passenger."), body)
	act(correct, body)
	ask[bool](t, ctx, `release(), true`)
	if err := chromedp.Do(ctx, chromedp.WaitVisible(`main [role="alert"]`)); err != nil {
		t.Fatal(err)
	}
	a = article()
	if said := ask[string](t, ctx, `document.getElementById("note").value`); len(a.Corrections) != 1 || said != "He was no passenger." ||
		a.Working.Standfirst != "Forty-three wagons." || !strings.Contains(a.Working.Body.Text(), "He has driven trains") {
		t.Errorf("%q became %+v of\n%s\n%s", said, a.Corrections, a.Working.Standfirst, a.Working.Body.Text())
	}

	actions = 0
	n.visit(t, ctx, "/desk/articles/work-live")
	act(chromedp.Click(`a[href$="/history"]`), `.history`)
	act(chromedp.Click(`form:has([name="ref"][value="r1"]) button`), `.did`)
	if a := article(); actions != 2 || a.Working == nil || strings.Contains(a.Working.Body.Text(), "Demir") {
		t.Errorf("%d actions did not restore the first text", actions)
	}
}
