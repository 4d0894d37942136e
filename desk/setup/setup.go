// Package setup asks whoever runs an empty newsroom five questions in the browser,
// and makes the newsroom of the answers. It lets in by one link, which is printed
// where the program was started, and which ends when the newsroom is there.
package setup

import (
	"context"
	"crypto/subtle"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"stet"
	"stet/auth"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
	"stet/store/access"
)

//go:embed templates
var files embed.FS

// Options are what setting up needs.
type Options struct {
	DB   *store.DB        // without a newsroom in it
	Now  func() time.Time // the clock
	URL  string           // scheme and host of the site, where it is given; empty to ask
	Here string           // scheme and host at which the program can be reached
	Zone string           // which is suggested
	// Keep notes the scheme and host that were answered, for good.
	Keep func(url string) error
}

// Setup serves the questions.
type Setup struct {
	Options
	shell *frame.Shell
	token string
	done  chan struct{}
	mu    sync.Mutex
	over  bool
}

// New returns a set-up that nobody but who knows its Path can use.
func New(o Options) (*Setup, error) {
	d := &Setup{Options: o, token: access.Secret(), done: make(chan struct{})}
	var err error
	if d.shell, err = frame.New(frame.Options{DB: o.DB, URL: o.Here, Now: o.Now}); err != nil {
		return nil, err
	}
	return d, d.shell.Mount(d.part())
}

func (d *Setup) part() frame.Part {
	return frame.Part{
		Files: files, Words: words, Pages: map[string]frame.View{"setup": &questions{}, "made": &made{}},
		Routes: []frame.Route{
			{Pattern: "GET " + prefix + "{token}", Open: true, Same: true, Serve: d.ask},
			{Pattern: "POST " + prefix + "{token}", Open: true, Same: true, Serve: d.answer},
		},
	}
}

const prefix = "/desk/set-up/"

// Path is where the questions are asked.
func (d *Setup) Path() string { return prefix + d.token }

// Done is closed when the newsroom is there.
func (d *Setup) Done() <-chan struct{} { return d.done }

func (d *Setup) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, asked := strings.CutPrefix(r.URL.Path, prefix)
	switch {
	case asked && subtle.ConstantTimeCompare([]byte(token), []byte(d.token)) == 1, strings.HasPrefix(r.URL.Path, "/desk/static/"):
		d.shell.ServeHTTP(w, r)
	case r.URL.Path == "/healthz":
		fmt.Fprintln(w, "ok")
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, "This newsroom is not set up yet. Whoever started the program opens the link that it printed.")
	}
}

// questions is the form.
type questions struct {
	frame.Frame
	Action   string
	Name     string
	Langs    string
	Known    []known
	Zone     string
	Admin    string
	Email    string
	URL      string
	GivenURL string // cannot be changed here
	Wrong    map[string]string
}

// known is a language that Stet speaks to readers.
type known struct{ Code, Name string }

// made tells that the newsroom is there, and how to go on.
type made struct {
	frame.Frame
	To      string // the link
	Host    string // scheme and host of the site
	Minutes int    // for which the link works
}

func (d *Setup) ask(w http.ResponseWriter, v *frame.Visit) error {
	if d.ended() {
		return errOver
	}
	return d.form(w, v, http.StatusOK, questions{Langs: v.Lang, Zone: d.Zone, URL: d.Here})
}

var errOver = stet.Errorf(stet.NotFound, "", "the newsroom is set up; this link has ended")

func (d *Setup) ended() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}

func (d *Setup) form(w http.ResponseWriter, v *frame.Visit, status int, p questions) error {
	p.Frame = frame.Frame{Words: v.Words, Title: v.T("setup_title")}
	p.Action, p.GivenURL = d.Path(), d.URL
	for _, code := range lang.Codes() {
		p.Known = append(p.Known, known{code, lang.Get(code).Name})
	}
	return d.shell.Page(w, status, "setup", &p)
}

// answer makes the newsroom, or asks again for what cannot be.
func (d *Setup) answer(w http.ResponseWriter, v *frame.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, 64<<10)
	p := questions{
		Name: stet.CleanLine(v.PostFormValue("name")), Langs: stet.CleanLine(v.PostFormValue("langs")), Zone: stet.CleanLine(v.PostFormValue("zone")),
		Admin: v.PostFormValue("person"), Email: v.PostFormValue("email"), URL: strings.TrimSpace(v.PostFormValue("url")), Wrong: map[string]string{},
	}
	site := d.URL
	wrong := func(field string, err error) {
		var e *stet.Error
		if errors.As(v.InOwnWords(err), &e) {
			p.Wrong[field] = e.Message
		}
	}
	if p.Name == "" {
		wrong("name", stet.Errorf(stet.Invalid, "name", "is missing"))
	}
	langs, err := stet.ParseLangs(p.Langs)
	if err != nil {
		wrong("langs", err)
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "" || p.Zone == "Local" {
		wrong("zone", stet.Errorf(stet.Invalid, "zone", "%q is not a time zone; name one like Asia/Baku", p.Zone))
	}
	admin := stet.Person{Name: p.Admin, Email: p.Email, Role: stet.Administrator, Desk: stet.Lang(v.Lang)}
	for _, c := range []struct {
		field  string
		person stet.Person
	}{{"person", stet.Person{Name: p.Admin, Email: "a@example.org", Role: stet.Administrator}}, {"email", stet.Person{Name: "a", Email: p.Email, Role: stet.Administrator}}} {
		if err := c.person.Check(); err != nil {
			wrong(c.field, err)
		}
	}
	if site == "" {
		u, err := url.Parse(p.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			wrong("url", stet.Errorf(stet.Invalid, "url", "%.80q must be a scheme and a host, like https://example.org", p.URL))
		} else {
			site = u.Scheme + "://" + u.Host
		}
	}
	if len(p.Wrong) > 0 {
		return d.form(w, v, http.StatusUnprocessableEntity, p)
	}
	var editions []stet.Edition
	for _, l := range langs {
		editions = append(editions, stet.Edition{Lang: l, Name: p.Name})
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return errOver
	}
	link, err := d.make(v.Context(), p.Zone, editions, admin, site)
	if err != nil {
		return err
	}
	d.over = true
	close(d.done)
	if u, err := url.Parse(site); err == nil && strings.EqualFold(u.Host, v.Host) {
		return frame.SeeOther(w, v, link)
	}
	// The desk's own policy would refuse to be sent on from a form to another host.
	return d.shell.Page(w, http.StatusOK, "made", &made{Frame: frame.Frame{Words: v.Words, Title: v.T("setup_made")}, To: site + link, Host: site, Minutes: int(auth.LinkLasts.Minutes())})
}

// make returns the path of the link by which the administrator comes in.
func (d *Setup) make(ctx context.Context, zone string, editions []stet.Edition, admin stet.Person, site string) (string, error) {
	if site != d.URL { // first: what cannot be kept is told before anything is made
		if err := d.Keep(site); err != nil {
			return "", fmt.Errorf("keep the address of the site: %w", err)
		}
	}
	now := d.Now().UTC().Truncate(time.Millisecond)
	if err := d.DB.Init(ctx, zone, editions, now); err != nil {
		return "", err
	}
	made, err := d.DB.AddPerson(ctx, stet.Operator, admin, now)
	if err != nil {
		return "", fmt.Errorf("the newsroom is there, but nobody in it; stet user add takes somebody in: %w", err)
	}
	token, err := d.DB.AddLink(ctx, stet.Operator.ID, made.ID, access.FromOperator, now, now.Add(auth.LinkLasts))
	return "/desk/sign-in/" + token, err
}

var words = say.Texts{
	"setup_title":       {"A new newsroom", "Новая редакция", "Yeni redaksiya"},
	"setup_intro":       {"Five questions, then the desk.", "Пять вопросов, и откроется рабочий стол.", "Beş sual, sonra masa açılacaq."},
	"setup_name":        {"What is the site called?", "Как называется сайт?", "Saytın adı nədir?"},
	"setup_langs":       {"In which languages does it appear?", "На каких языках он выходит?", "Hansı dillərdə çıxır?"},
	"setup_langs_hint":  {"Codes with commas between them, the main language first. These Stet knows by heart; any other code works with English words and plain dates.", "Коды через запятую, основной язык первым. Эти языки Stet знает; любой другой код тоже годится, с английскими словами и простыми датами.", "Kodlar vergüllə, əsas dil birinci. Bu dilləri Stet bilir; başqa kod da yarayır, ingilis sözləri və sadə tarixlərlə."},
	"setup_zone":        {"In which time zone does it work?", "В каком часовом поясе работает редакция?", "Redaksiya hansı saat qurşağında işləyir?"},
	"setup_zone_hint":   {"Its name, like Asia/Baku. Dates of stories and the hour of the schedule follow it.", "Название, например Asia/Baku. По нему идут даты материалов и расписание.", "Adı, məsələn, Asia/Baku. Materialların tarixləri və cədvəl ona uyğundur."},
	"setup_person":      {"Who is the first administrator?", "Кто первый администратор?", "İlk administrator kimdir?"},
	"setup_person_name": {"Name", "Имя", "Ad"},
	"setup_email":       {"E-mail address", "Адрес электронной почты", "E-poçt ünvanı"},
	"setup_url":         {"At which address do readers find it?", "По какому адресу его найдут читатели?", "Oxucular onu hansı ünvanda tapacaq?"},
	"setup_url_hint":    {"Scheme and host, like https://example.org. Every address in feeds and search engines is made of it.", "Протокол и имя, например https://example.org. Из него складываются все адреса в лентах и поисковиках.", "Protokol və ad, məsələn, https://example.org. Lentlərdəki və axtarış sistemlərindəki bütün ünvanlar ondan qurulur."},
	"setup_url_given":   {"Given where the program was started: {url}", "Задан при запуске программы: {url}", "Proqram başladılanda verilib: {url}"},
	"setup_again":       {"Nothing was made yet. Correct what is marked.", "Пока ничего не создано. Исправьте отмеченное.", "Hələ heç nə yaradılmayıb. İşarələnəni düzəldin."},
	"setup_go":          {"Make the newsroom", "Создать редакцию", "Redaksiyanı yarat"},
	"setup_made":        {"The newsroom is there", "Редакция создана", "Redaksiya yaradıldı"},
	"setup_made_text":   {"Its desk is at {host}. The link signs you in once, within {minutes} minutes.", "Рабочий стол: {host}. По ссылке можно войти один раз в течение {minutes} минут.", "Masa burada: {host}. Keçidlə {minutes} dəqiqə ərzində bir dəfə daxil olmaq olar."},
	"setup_made_away":   {"If nothing answers there yet, see to the address first; stet user link prints another link.", "Если по этому адресу пока никто не отвечает, сначала настройте его; новую ссылку печатает stet user link.", "Orada hələ cavab yoxdursa, əvvəlcə ünvanı qurun; yeni keçidi stet user link çap edir."},
	"setup_open":        {"Open the desk", "Открыть рабочий стол", "Masanı aç"},
}
