// Package store keeps a newsroom in SQLite or PostgreSQL. All SQL is here and in the
// packages below: [engine] is what the two have in common, [access] who may come in,
// [audit] what is written down of it, [picture] the pictures, [plan] the calendar,
// [translation] what translations were made from.
//
// There is one way to change articles, [DB.UpdateArticles]: storage loads them,
// calls the law of package stet and saves, in one transaction with the events
// that tell what happened. Readers' pages see a [stet.Library] only, from
// [DB.Public].
package store

import (
	"context"
	"embed"

	"stet/store/access"
	"stet/store/audit"
	"stet/store/engine"
	"stet/store/picture"
	"stet/store/plan"
	"stet/store/term"
	"stet/store/translation"
)

// DB is an open newsroom. It is safe for concurrent use.
type DB struct {
	*access.Gate
	*audit.Ledger
	*picture.Archive
	*plan.Diary
	*term.Register
	*translation.Memory
	engine *engine.DB
}

//go:embed migrations/*.sql
var migrations embed.FS

// tables lists all tables in an order in which rows can be written.
var tables = []string{"settings", "editions", "terms", "term_names", "pictures", "articles", "revisions", "stories", "story_terms",
	"addresses", "events", "counter", "tokens", "people", "sessions", "links", "passkeys", "identities", "challenges", "snapshots", "inbox", "preview_links", "breaking",
	"headline_words", "board_counts", "picture_words", "picture_alts", "picture_uses", "frames", "renditions", "front_changes", "front_pins", "made", "overtaken", "glossary", "plans", "plan_stories", "feeds", "audit", "audit_addresses"}

var schema = engine.Schema{Files: migrations, Tables: tables, After: map[string]func(context.Context, engine.Tx) error{
	"0003_desk": fillLists, "0010_frames": picture.FillFrames,
}}

// Open opens the newsroom that dsn names: a postgres:// address, else the path
// of an SQLite file, which is created when it is not there. It brings the
// schema and the index of the search up to date.
func Open(ctx context.Context, dsn string) (*DB, error) {
	e, err := engine.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	db := &DB{access.New(e), audit.New(e), picture.New(e), plan.New(e), term.New(e), translation.New(e), e}
	if err := db.upToDate(ctx); err != nil {
		db.Close()
		return nil, err
	}
	e.Watch()
	return db, nil
}

// upToDate brings up to date what another version of the program wrote.
func (db *DB) upToDate(ctx context.Context) error {
	if err := db.engine.Migrate(ctx, schema); err != nil {
		return err
	}
	if err := db.indexUpToDate(ctx); err != nil {
		return err
	}
	return db.FramesUpToDate(ctx)
}

// IsPostgres reports whether a DSN names a PostgreSQL database.
func IsPostgres(dsn string) bool { return engine.IsPostgres(dsn) }

// NewID returns a new id: ids made later sort later.
func NewID() string { return engine.NewID() }

// Close ends all work on the newsroom.
func (db *DB) Close() { db.engine.Close() }

// Engine returns "sqlite" or "postgres".
func (db *DB) Engine() string { return db.engine.Name() }

// Changed returns a channel that closes when something may have been committed,
// here or by another process. Take it before looking.
func (db *DB) Changed() <-chan struct{} { return db.engine.Changed() }

// Ping returns nil if the database answers.
func (db *DB) Ping(ctx context.Context) error {
	_, err := db.Head(ctx)
	return err
}

// Alone calls fn while nobody else, on this node or another, is in an Alone of
// the same name. It is for what the database and something beside it must agree
// on. If this program dies it is open to others again.
func (db *DB) Alone(ctx context.Context, name string, fn func() error) error {
	return db.engine.Alone(ctx, name, fn)
}
