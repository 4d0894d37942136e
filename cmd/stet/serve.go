package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"stet"
	"stet/api"
	"stet/blob"
	"stet/desk"
	"stet/jobs"
	"stet/media"
	"stet/press"
	"stet/press/lane"
	"stet/site"
	"stet/store"
	"stet/web"
)

func serve(ctx context.Context, p *program, args []string) error {
	c, set, err := p.settings("serve", args, nil)
	if err != nil {
		return err
	}
	if set.NArg() > 0 {
		return errUsage
	}
	log := slog.New(slog.NewTextHandler(p.stderr, nil))
	db, listener, err := p.openOrSetUp(ctx, c, log)
	if err != nil || db == nil {
		return err
	}
	defer db.Close()
	s, err := newServerOn(ctx, c, listener, db, log, time.Now)
	if err != nil {
		return err
	}
	if err := s.employ(); err != nil {
		return err
	}
	slog.SetDefault(s.log) // readers' pages report their failures there
	if p.env("GOGC") == "" && p.env("GOMEMLIMIT") == "" {
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(int64(c.CacheMB+besidesCacheMB) << 20)
	}
	s.log.Info("serving", "site", s.url, "addr", s.listener.Addr().String(), "database", db.Engine())
	return s.run(ctx)
}

// Most of the heap is printed pages, which only grow old, and to look through
// them again costs readers. So the collector waits for long while there is room,
// and works for every byte above what the pages and the rest should take.
const (
	gcPercent      = 400
	besidesCacheMB = 80
)

// server is a newsroom that is being served.
type server struct {
	log      *slog.Logger
	db       *store.DB
	config   *config
	url      string
	listener net.Listener
	admin    net.Listener // nil where there are no metrics
	site     *site.Site
	readers  *readers // nil where there are no metrics
	follower *jobs.Follower
	receipts *receipts
	desk     *desk.Desk
	handler  http.Handler
	answer   func(context.Context, lane.Request) (press.Response, bool)
	encoder  *media.Encoder
	media    *media.Service // nil where there is no place for pictures
	closing  atomic.Bool
	now      func() time.Time
	proxies  web.Proxies
	searches *web.Limiter // of strangers, pages and API together

	themeStamp string // of the theme's folder as it was loaded, if it is watched
}

// How many searches a client may make.
const (
	searchesPerSecond = 20
	searchesAtOnce    = 100
)

// pictureWorker is the command by which stet makes pictures in another process.
const pictureWorker = "picture-worker"

// makePictures makes the pictures that the process which started it asks for.
func makePictures(ctx context.Context, p *program, _ []string) error {
	return media.Work(ctx, os.Stdin, os.Stdout)
}

// employ lets pictures be made by another process of this program.
func (s *server) employ() error {
	if s.media == nil {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if runtime.GOOS == "linux" {
		self = "/proc/self/exe" // also when the file has been replaced
	}
	s.media.Command = func(ctx context.Context) *exec.Cmd {
		c := exec.CommandContext(ctx, self, pictureWorker)
		c.Args[0] = os.Args[0]
		return c
	}
	return nil
}

// newServer binds the addresses and makes everything ready, but serves nothing yet.
func newServer(ctx context.Context, c *config, db *store.DB, log *slog.Logger, now func() time.Time) (*server, error) {
	return newServerOn(ctx, c, nil, db, log, now)
}

// newServerOn is newServer with an address that may be bound already.
func newServerOn(ctx context.Context, c *config, listener net.Listener, db *store.DB, log *slog.Logger, now func() time.Time) (*server, error) {
	s := &server{log: log, db: db, config: c, now: now, listener: listener}
	if c.ThemeWatch {
		s.themeStamp = c.stampTheme()
	}
	look, err := loadTheme(c.Theme)
	if err != nil {
		return nil, err
	}
	if s.listener == nil {
		if s.listener, err = net.Listen("tcp", c.Addr); err != nil {
			return nil, err
		}
	}
	if c.Admin != "" {
		if s.admin, err = net.Listen("tcp", c.Admin); err != nil {
			s.listener.Close()
			return nil, err
		}
	}
	s.url = c.address(s.listener.Addr().String())
	// The log's head is read before anything is printed: what is committed from
	// here on is followed.
	head, err := db.Head(ctx)
	if err != nil {
		return nil, err
	}
	if s.proxies, err = web.ParseProxies(c.TrustProxy); err != nil {
		return nil, err
	}
	s.searches = web.NewLimiter(searchesPerSecond, searchesAtOnce, s.proxies, s.now)
	files, err := c.files(ctx)
	switch {
	case err == nil:
	case c.S3Endpoint == "" || errors.As(err, new(*blob.Misconfigured)):
		return nil, fmt.Errorf("open the place of pictures: %w", err)
	default: // pages do not wait for it
		log.Error("the place of pictures does not answer", "err", err)
	}
	if files != nil {
		if files, err = c.cached(ctx, files); err != nil {
			return nil, fmt.Errorf("open the cache of pictures: %w", err)
		}
		s.encoder = media.NewEncoder()
		if err := s.encoder.FindAVIF(ctx); err != nil {
			log.Info("pictures are made without AVIF", "why", err)
		}
		s.media = media.NewService(media.Options{DB: db, Files: files, Encoder: s.encoder, Log: log, Now: now})
	}
	o := site.Options{Library: db.Public(), URL: s.url, Now: s.now, MaxBytes: int64(c.CacheMB) << 20, Theme: look, Limit: s.searches, Media: c.MediaURL}
	if s.encoder != nil {
		o.AVIF = s.encoder.AVIF()
	}
	if s.admin != nil {
		s.readers = newReaders()
		o.Observe = s.readers.observe
	}
	if s.site, err = site.New(o); err != nil {
		return nil, err
	}
	s.receipts = &receipts{db: db, site: s.site, surfaces: map[int64][]string{}}
	s.follower = jobs.NewFollower(db, log, head, func(ctx context.Context, events []stet.Event) error {
		surfaces, err := s.site.Reprint(ctx, events)
		if err == nil {
			s.receipts.keep(events, surfaces)
		}
		return err
	})
	s.receipts.follower = s.follower
	s.handler, err = s.routes()
	return s, err
}

// routes sends requests to the parts of the program. It is no ServeMux, which
// would answer for the site where a path has doubled slashes or dots. Readers'
// pages stand outside web.Front: they need no request id until one fails.
func (s *server) routes() (http.Handler, error) {
	front := web.FrontOptions{Log: s.log, Proxies: s.proxies}
	a := web.Front(api.New(api.Options{DB: s.db, Receipts: s.receipts, URL: s.url, Media: s.media, MediaURL: s.config.MediaURL, Now: s.now, Limit: s.searches}), front)
	o := desk.Options{DB: s.db, Receipts: s.receipts, Previewer: s.site, Shapes: s.site.Shapes, URL: s.url, Media: s.media, MediaURL: s.config.MediaURL, Now: s.now, Provider: s.config.provider()}
	if s.media != nil {
		o.Fetch = s.media.ReceiveFrom
	}
	mailer, err := s.config.mailer()
	if err != nil {
		return nil, err
	}
	if mailer != nil {
		o.Mail = mailer.Send
	}
	if s.desk, err = desk.New(o); err != nil {
		return nil, err
	}
	d := web.Front(s.desk, front)
	pages := web.AtOnce(s.site)
	pictures := http.NotFoundHandler()
	if s.media != nil {
		pictures = s.media
	}
	ownHost := ""
	if s.config.MediaURL != "" {
		_, ownHost, _ = strings.Cut(s.config.MediaURL, "://")
	}
	// Also of an own host everything is served by this handler, which has nothing
	// but pictures. The site's own addresses of pictures go on working beside it.
	ofPictures := func(host, p string) bool {
		return ownHost != "" && strings.EqualFold(host, ownHost) || strings.HasPrefix(p, "/media/")
	}
	s.answer = func(ctx context.Context, r lane.Request) (press.Response, bool) {
		if ofPictures(r.Host, r.Path) || !ofReaders(r.Path) {
			return press.Response{}, false
		}
		return s.site.Answer(ctx, r.Request, r.Query)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch p := r.URL.Path; {
		case ofPictures(r.Host, p):
			pictures.ServeHTTP(w, r)
		case ofReaders(p):
			pages.ServeHTTP(w, r)
		case strings.HasPrefix(p, "/api/"):
			a.ServeHTTP(w, r)
		case strings.HasPrefix(p, "/desk/"):
			d.ServeHTTP(w, r)
		case p == "/desk":
			http.Redirect(w, r, "/desk/", http.StatusSeeOther)
		case p == "/healthz":
			plain(w, http.StatusOK, "ok")
		case p == "/readyz":
			s.ready(w, r)
		}
	}), nil
}

// ofReaders tells whether a path is one of readers' pages, also where nothing
// stands there.
func ofReaders(p string) bool {
	switch p {
	case "/desk", "/healthz", "/readyz":
		return false
	}
	return !strings.HasPrefix(p, "/api/") && !strings.HasPrefix(p, "/desk/")
}

// ready answers 200 from the moment the site can be read until it shuts down,
// also while the database is away: what has been printed goes on being served.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.closing.Load():
		plain(w, http.StatusServiceUnavailable, "shutting down")
	default:
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := s.db.Ping(ctx); err != nil {
			plain(w, http.StatusOK, "ready; the database is away")
			return
		}
		plain(w, http.StatusOK, "ready")
	}
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

// run serves until ctx ends, and then lets every answer that was begun finish.
func (s *server) run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { s.follower.Run(work) })
	if s.config.ThemeWatch {
		background.Go(func() { s.watchTheme(work) })
	}
	background.Go(func() { jobs.Schedule(work, s.db, s.log, s.now) })
	background.Go(func() { jobs.Prune(work, s.db, s.log, s.now) })
	if s.media != nil {
		background.Go(func() { s.media.Run(work) })
	}

	public := &http.Server{
		Handler: s.handler, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second, WriteTimeout: 120 * time.Second,
		IdleTimeout: 120 * time.Second, MaxHeaderBytes: 32 << 10,
		ConnContext: web.GatherContext,
	}
	servers := []*http.Server{public}
	failed := make(chan error, 2)
	listener := web.Gather(s.listener)
	var fast *lane.Lane
	if s.config.Lane && !s.config.ACME && s.config.TLSCert == "" {
		o := lane.Options{Answer: s.answer}
		if s.readers != nil {
			o.Done = func(a lane.Answer) { s.readers.observe(site.Answer(a)) }
		}
		fast = lane.New(s.listener, o)
		listener = web.Gather(fast)
	}
	go func() {
		switch {
		case s.config.ACME:
			public.TLSConfig = certificates(s.config).TLSConfig()
			failed <- public.ServeTLS(listener, "", "")
		case s.config.TLSCert != "":
			failed <- public.ServeTLS(listener, s.config.TLSCert, s.config.TLSKey)
		default:
			failed <- public.Serve(listener)
		}
	}()
	if s.admin != nil {
		private := &http.Server{Handler: s.adminRoutes(), ReadHeaderTimeout: 10 * time.Second}
		servers = append(servers, private)
		go func() { failed <- private.Serve(s.admin) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	s.closing.Store(true)
	s.log.Info("shutting down")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if fast != nil { // it may hand over still
		if shut := fast.Shutdown(grace); shut != nil && err == nil {
			err = fmt.Errorf("some answers were cut off: %w", shut)
		}
	}
	for _, server := range servers {
		if shut := server.Shutdown(grace); shut != nil && err == nil {
			err = fmt.Errorf("some answers were cut off: %w", shut)
		}
	}
	stop()
	background.Wait()
	s.desk.Wait()
	if s.encoder != nil {
		err = errors.Join(err, s.encoder.Close())
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// certificates gets certificates for the site's hosts when the first reader
// asks, and new ones before they run out. The authority proves the host on the
// address that is served (TLS-ALPN-01), so that must be reached on port 443.
func certificates(c *config) *autocert.Manager {
	hosts := []string{strings.TrimPrefix(c.URL, "https://")}
	if own, ok := strings.CutPrefix(c.MediaURL, "https://"); ok {
		hosts = append(hosts, own)
	}
	return &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(filepath.Join(c.Dir, "acme")),
		HostPolicy: autocert.HostWhitelist(hosts...),
		Client:     &acme.Client{DirectoryURL: cmp.Or(c.ACMEDirectory, acme.LetsEncryptURL)},
	}
}

func (s *server) adminRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(s.metrics(), promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// receipts remembers for the last events which surfaces they touched.
type receipts struct {
	db       *store.DB
	site     *site.Site
	follower *jobs.Follower
	mu       sync.Mutex
	surfaces map[int64][]string
	order    []int64
}

const keptReceipts = 4096

func (r *receipts) keep(events []stet.Event, surfaces []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range events {
		r.surfaces[e.N] = surfaces
		r.order = append(r.order, e.N)
	}
	for len(r.order) > keptReceipts {
		delete(r.surfaces, r.order[0])
		r.order = r.order[1:]
	}
}

// Await implements api.Receipts. What happened before the program started, or too
// long ago to be remembered, is in everything that was printed since; which
// surfaces those are is worked out again.
func (r *receipts) Await(ctx context.Context, n int64) ([]string, error) {
	if err := r.follower.Await(ctx, n); err != nil {
		return nil, err
	}
	r.mu.Lock()
	surfaces, kept := r.surfaces[n]
	r.mu.Unlock()
	if kept {
		return surfaces, nil
	}
	events, err := r.db.EventsAfter(ctx, n-1, 1)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	return r.site.Surfaces(ctx, &events[0])
}
