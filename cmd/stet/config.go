package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"stet/auth"
	"stet/blob"
	"stet/mail"
	"stet/media"
	"stet/site/theme"
	"stet/store"
	"stet/web"
)

// config is everything an operator can set. A setting comes from its flag, else
// from its STET_ variable, else from the file DIR/stet.toml (or --config), else
// it has its default.
type config struct {
	// Directory of the newsroom: its SQLite database and its stet.toml.
	Dir string `toml:"-" flag:"dir"`
	// PostgreSQL database to use instead of SQLite: postgres://user:password@host/name
	DB string `toml:"db" flag:"db"`
	// Address to serve the site on.
	Addr string `toml:"addr" flag:"addr"`
	// Scheme and host of the site as readers type it: https://example.org
	URL string `toml:"url" flag:"url"`
	// Scheme and host that pictures have of their own, for instance
	// https://media.example.org; it must lead to the same program.
	MediaURL string `toml:"media_url" flag:"media-url"`
	// Service that speaks S3 to keep pictures in, instead of DIR/media:
	// https://s3.eu-central-1.amazonaws.com
	S3Endpoint string `toml:"s3_endpoint" flag:"s3-endpoint"`
	// Bucket there, which must exist, its region (us-east-1 by default), and what
	// names of files in it begin with.
	S3Bucket string `toml:"s3_bucket" flag:"s3-bucket"`
	S3Region string `toml:"s3_region" flag:"s3-region"`
	S3Prefix string `toml:"s3_prefix" flag:"s3-prefix"`
	// Keys for it. The secret one has no flag, which others would see: it is in
	// STET_S3_SECRET_KEY or in the file.
	S3AccessKey string `toml:"s3_access_key" flag:"s3-access-key"`
	S3SecretKey string `toml:"s3_secret_key" env:"s3-secret-key"`
	// Disk space in DIR/media-cache, in megabytes, for what readers asked the
	// service for last.
	MediaCacheMB int `toml:"media_cache_mb" flag:"media-cache-mb"`
	// Address to serve metrics and profiles on; nowhere by default.
	Admin string `toml:"admin" flag:"admin"`
	// Networks of proxies whose X-Forwarded-For is believed: 10.0.0.0/8,::1/128
	TrustProxy string `toml:"trust_proxy" flag:"trust-proxy"`
	// Certificate and key files, to serve HTTPS.
	TLSCert string `toml:"tls_cert" flag:"tls-cert"`
	TLSKey  string `toml:"tls_key" flag:"tls-key"`
	// Get certificates for the host of --url by ACME, from this directory if it
	// is not Let's Encrypt's.
	ACME          bool   `toml:"acme" flag:"acme"`
	ACMEDirectory string `toml:"acme_directory" flag:"acme-directory"`
	// Memory that printed pages may take, in megabytes.
	CacheMB int `toml:"cache_mb" flag:"cache-mb"`
	// Answer readers' pages by the fast lane, ahead of Go's HTTP server; not over TLS.
	Lane bool `toml:"lane" flag:"lane"`
	// Server that takes the newsroom's letters: smtp://mail.example.org:587, where
	// TLS is begun by STARTTLS, or smtps://mail.example.org:465
	SMTP string `toml:"smtp" flag:"smtp"`
	// User and password for it. Better in STET_SMTP_PASSWORD than on a command line.
	SMTPUser     string `toml:"smtp_user" flag:"smtp-user"`
	SMTPPassword string `toml:"smtp_password" flag:"smtp-password"`
	// Address that letters come from: The Herald <desk@example.org>
	MailFrom string `toml:"mail_from" flag:"mail-from"`
	// Provider of OpenID Connect by which people can sign in to the desk:
	// https://login.example.org
	OIDCIssuer string `toml:"oidc_issuer" flag:"oidc-issuer"`
	// What it gave when this newsroom was registered with it. The secret is better
	// in STET_OIDC_CLIENT_SECRET than on a command line.
	OIDCClientID     string `toml:"oidc_client_id" flag:"oidc-client-id"`
	OIDCClientSecret string `toml:"oidc_client_secret" flag:"oidc-client-secret"`
	// Its name on the button; its host by default.
	OIDCName string `toml:"oidc_name" flag:"oidc-name"`
	// How pages look: the name of a theme that ships with Stet, or a folder.
	Theme string `toml:"theme" flag:"theme"`
	// Follow the theme's folder while somebody works on it.
	ThemeWatch bool `toml:"theme_watch" flag:"theme-watch"`
}

func defaults() config {
	return config{Addr: "127.0.0.1:8080", CacheMB: 160, MediaCacheMB: 1024, Theme: theme.Default}
}

// configFile is the name of the settings file in the newsroom's directory.
const configFile = "stet.toml"

// settings reads the flags of a command. more may add flags of its own.
func (p *program) settings(name string, args []string, more func(*flag.FlagSet)) (*config, *flag.FlagSet, error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(p.stderr)
	set.Usage = func() {}
	given := config{}
	file := set.String("config", "", "settings file, instead of DIR/"+configFile)
	v := reflect.ValueOf(&given).Elem()
	for i := range v.NumField() {
		flagName := v.Type().Field(i).Tag.Get("flag")
		if flagName == "" {
			continue
		}
		switch f := v.Field(i).Addr().Interface().(type) {
		case *string:
			set.StringVar(f, flagName, "", "")
		case *int:
			set.IntVar(f, flagName, 0, "")
		case *bool:
			set.BoolVar(f, flagName, false, "")
		}
	}
	if more != nil {
		more(set)
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, nil, err
		}
		return nil, nil, errUsage // the flag package has said what is wrong
	}
	c := defaults()
	if given.Dir == "" {
		given.Dir = p.env("STET_DIR")
	}
	path := *file
	if path == "" && given.Dir != "" {
		path = filepath.Join(given.Dir, configFile)
	}
	if path != "" {
		if err := c.read(path, *file != ""); err != nil {
			return nil, nil, err
		}
	}
	isSet := map[string]bool{}
	set.Visit(func(f *flag.Flag) { isSet[f.Name] = true })
	into := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		name := cmp.Or(v.Type().Field(i).Tag.Get("flag"), v.Type().Field(i).Tag.Get("env"))
		env := p.env("STET_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
		switch {
		case isSet[name] || name == "dir":
			into.Field(i).Set(v.Field(i))
		case env == "":
		case v.Field(i).Kind() == reflect.String:
			into.Field(i).SetString(env)
		case v.Field(i).Kind() == reflect.Bool:
			on, err := strconv.ParseBool(env)
			if err != nil {
				return nil, nil, fmt.Errorf("STET_%s: %q is neither true nor false", strings.ToUpper(strings.ReplaceAll(name, "-", "_")), env)
			}
			into.Field(i).SetBool(on)
		default:
			var n int
			if _, err := fmt.Sscan(env, &n); err != nil {
				return nil, nil, fmt.Errorf("STET_%s: %q is not a number", strings.ToUpper(strings.ReplaceAll(name, "-", "_")), env)
			}
			into.Field(i).SetInt(int64(n))
		}
	}
	return &c, set, c.check()
}

func (c *config) read(path string, must bool) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := toml.NewDecoder(f).DisallowUnknownFields().Decode(c); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return fmt.Errorf("%s: there is no such setting:\n%s", path, strict.String())
		}
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (c *config) check() error {
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			return fmt.Errorf("--url %q must be a scheme and a host, like https://example.org", c.URL)
		}
		c.URL = u.Scheme + "://" + u.Host
	}
	if c.MediaURL != "" {
		u, err := url.Parse(c.MediaURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			return fmt.Errorf("--media-url %q must be a scheme and a host, like https://media.example.org", c.MediaURL)
		}
		c.MediaURL = u.Scheme + "://" + u.Host
		if c.MediaURL == c.URL {
			c.MediaURL = ""
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key go together")
	}
	if c.ACME {
		switch u, _ := url.Parse(c.URL); {
		case c.TLSCert != "":
			return errors.New("--acme and --tls-cert exclude each other")
		case u == nil || u.Scheme != "https" || u.Port() != "":
			return errors.New("--acme needs --url with the name that certificates are for, like https://example.org")
		case c.Dir == "":
			return errors.New("--acme needs --dir to keep certificates in")
		}
	} else if c.ACMEDirectory != "" {
		return errors.New("--acme-directory is of use with --acme only")
	}
	if c.DB != "" && !store.IsPostgres(c.DB) {
		return fmt.Errorf("--db %q must start with postgres://; SQLite lives in --dir", c.DB)
	}
	if c.CacheMB < 1 {
		return fmt.Errorf("--cache-mb must be at least 1")
	}
	if c.MediaCacheMB < 0 {
		return fmt.Errorf("--media-cache-mb must be at least 0, which is no such cache")
	}
	if c.S3Endpoint != "" {
		if _, err := c.s3(); err != nil {
			return fmt.Errorf("--s3-endpoint: %w", err)
		}
	} else if c.S3Bucket != "" || c.S3Region != "" || c.S3Prefix != "" || c.S3AccessKey != "" || c.S3SecretKey != "" {
		return errors.New("--s3-bucket, --s3-region, --s3-prefix, --s3-access-key and STET_S3_SECRET_KEY are of use with --s3-endpoint only")
	}
	if c.ThemeWatch && (c.Theme == "" || theme.Shipped(c.Theme) != nil) {
		return fmt.Errorf("--theme-watch needs the folder of a theme; %s ships with Stet and does not change", cmp.Or(c.Theme, theme.Default))
	}
	if c.SMTP == "" && (c.SMTPUser != "" || c.SMTPPassword != "" || c.MailFrom != "") {
		return errors.New("--smtp-user, --smtp-password and --mail-from are of use with --smtp only")
	}
	if _, err := c.mailer(); err != nil {
		return fmt.Errorf("--smtp: %w", err)
	}
	switch p := c.provider(); {
	case p == nil && (c.OIDCClientID != "" || c.OIDCClientSecret != "" || c.OIDCName != ""):
		return errors.New("--oidc-client-id, --oidc-client-secret and --oidc-name are of use with --oidc-issuer only")
	case p == nil:
	case c.URL == "":
		return errors.New("--oidc-issuer needs --url: the provider sends people back there")
	default:
		if err := p.Check(); err != nil {
			return fmt.Errorf("--oidc-issuer: %w", err)
		}
	}
	if _, err := web.ParseProxies(c.TrustProxy); err != nil {
		return fmt.Errorf("--trust-proxy: %w", err)
	}
	return nil
}

// mailer returns what sends letters; nil where mail is not set up.
func (c *config) mailer() (*mail.Sender, error) {
	if c.SMTP == "" {
		return nil, nil
	}
	return mail.New(mail.Options{Server: c.SMTP, User: c.SMTPUser, Password: c.SMTPPassword, From: c.MailFrom})
}

// provider returns where people have another account; nil for nowhere.
func (c *config) provider() *auth.Provider {
	if c.OIDCIssuer == "" {
		return nil
	}
	name := c.OIDCName
	if u, err := url.Parse(c.OIDCIssuer); err == nil && name == "" {
		name = u.Host
	}
	return &auth.Provider{Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret, Name: name}
}

// s3 returns the service that pictures are kept in.
func (c *config) s3() (*blob.S3, error) {
	return blob.OpenS3(blob.S3Options{
		Endpoint: c.S3Endpoint, Bucket: c.S3Bucket, Region: c.S3Region, Prefix: c.S3Prefix, AccessKey: c.S3AccessKey, SecretKey: c.S3SecretKey,
	})
}

// files returns where the newsroom's pictures are kept; nil where there is no
// place for them. A service is called to see whether it can be used.
func (c *config) files(ctx context.Context) (blob.Store, error) {
	switch {
	case c.S3Endpoint != "":
		s, err := c.s3()
		if err != nil {
			return nil, err
		}
		return s, s.Check(ctx)
	case c.Dir == "":
		return nil, nil
	}
	return blob.OpenDir(filepath.Join(c.Dir, "media"))
}

// cached returns files as readers get them: a service's are kept near too.
func (c *config) cached(ctx context.Context, files blob.Store) (blob.Store, error) {
	if c.S3Endpoint == "" || c.Dir == "" || c.MediaCacheMB == 0 {
		return files, nil
	}
	near, err := blob.OpenDir(filepath.Join(c.Dir, "media-cache"))
	if err != nil {
		return nil, err
	}
	return blob.NewCache(ctx, files, media.Renditions, near, int64(c.MediaCacheMB)<<20)
}

// dsn returns where the newsroom is kept.
func (c *config) dsn() (string, error) {
	if c.DB != "" {
		return c.DB, nil
	}
	if c.Dir == "" {
		return "", fmt.Errorf("%w: --dir is missing", errUsage)
	}
	return filepath.Join(c.Dir, "stet.db"), nil
}

// address returns the scheme and host of absolute addresses.
func (c *config) address(listening string) string {
	if c.URL != "" {
		return c.URL
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return scheme + "://" + listening
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() || host == "" {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
