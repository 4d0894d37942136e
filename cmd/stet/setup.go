package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/desk/setup"
	"stet/store"
	"stet/web"
)

// openOrSetUp opens the newsroom, or, where there is a directory without one, has it
// made in the browser first: then the address is bound already. Without an error and
// a database, the program was stopped meanwhile.
func (p *program) openOrSetUp(ctx context.Context, c *config, log *slog.Logger) (*store.DB, net.Listener, error) {
	there, err := os.Stat(c.Dir)
	if c.Dir == "" || err != nil || !there.IsDir() {
		db, err := c.open(ctx)
		return db, nil, err
	}
	dsn, err := c.dsn()
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, dsn)
	if err != nil {
		return nil, nil, err
	}
	if _, err := db.Site(ctx); !stet.Is(err, stet.Conflict) {
		if err != nil {
			db.Close()
			return nil, nil, err
		}
		return db, nil, nil
	}
	listener, err := p.setUp(ctx, c, db, log)
	if err != nil || listener == nil {
		db.Close()
		return nil, nil, err
	}
	return db, listener, nil
}

// setUp asks the questions of a new newsroom, and returns the address that it was
// bound to when they are answered; nil if the program was stopped.
func (p *program) setUp(ctx context.Context, c *config, db *store.DB, log *slog.Logger) (net.Listener, error) {
	bound, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return nil, err
	}
	listener := bound.(*net.TCPListener)
	proxies, err := web.ParseProxies(c.TrustProxy)
	if err != nil {
		return nil, err
	}
	zone := time.Local.String()
	if zone == "Local" {
		zone = "UTC"
	}
	here := c.address(listener.Addr().String())
	questions, err := setup.New(setup.Options{DB: db, Now: time.Now, URL: c.URL, Here: here, Zone: zone, Keep: func(url string) error {
		c.URL = url
		if err := c.check(); err != nil {
			return err
		}
		return c.keepURL()
	}})
	if err != nil {
		return nil, err
	}
	asking := &http.Server{
		Handler: web.Front(questions, web.FrontOptions{Log: log, Proxies: proxies}), ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second, WriteTimeout: 60 * time.Second, MaxHeaderBytes: 32 << 10,
	}
	fmt.Fprintf(p.stderr, "There is no newsroom in %s yet. Set it up in the browser, by this link alone:\n\n  %s%s\n\n"+
		"Behind a proxy, the same path on its host. Without a browser: stet init and stet user add.\n", c.Dir, here, questions.Path())
	failed := make(chan error, 1)
	go func() {
		switch kept := (kept{listener}); {
		case c.ACME:
			asking.TLSConfig = certificates(c).TLSConfig()
			failed <- asking.ServeTLS(kept, "", "")
		case c.TLSCert != "":
			failed <- asking.ServeTLS(kept, c.TLSCert, c.TLSKey)
		default:
			failed <- asking.Serve(kept)
		}
	}()
	select {
	case <-questions.Done():
	case <-ctx.Done():
	case err := <-failed:
		listener.Close()
		return nil, err
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := asking.Shutdown(grace); err != nil {
		log.Error("an answer was cut off", "err", err)
	}
	<-failed
	if ctx.Err() != nil {
		return nil, listener.Close()
	}
	return listener, listener.SetDeadline(time.Time{})
}

// kept is a listener that a server stops to use without closing it: who calls
// meanwhile is answered by the next one.
type kept struct{ *net.TCPListener }

func (k kept) Close() error { return k.SetDeadline(time.Unix(1, 0)) }

// keepURL notes the address of the site in the settings file.
func (c *config) keepURL() error {
	path := filepath.Join(c.Dir, configFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c.keep()
	}
	if err != nil {
		return err
	}
	// A line of an answer that came to nothing may be there.
	lines := slices.DeleteFunc(strings.Split(strings.TrimRight(string(text), "\n"), "\n"), func(line string) bool { return strings.HasPrefix(line, "url = ") })
	return os.WriteFile(path, []byte(strings.Join(lines, "\n")+fmt.Sprintf("\nurl = %q\n", c.URL)), 0o600)
}
