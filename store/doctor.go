package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"stet"
	"stet/prose"
	"stet/store/engine"
)

// Report is what Examine finds.
type Report struct {
	Articles, Published, Revisions, Events int64
	Paused                                 bool
	Damage                                 []string
}

// maxDamage is how many findings a report lists.
const maxDamage = 100

func (r *Report) damage(format string, args ...any) {
	if len(r.Damage) < maxDamage {
		r.Damage = append(r.Damage, fmt.Sprintf(format, args...))
	}
}

// Examine looks for damage: in the engine's files, in what our tables promise
// each other, and in the chain of every published text's hashes.
func (db *DB) Examine(ctx context.Context) (*Report, error) {
	r := &Report{}
	if err := db.engine.Check(ctx); err != nil {
		r.damage("%v", err)
	}
	if err := r.examine(ctx, db.engine, db.engine.Search()); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Report) examine(ctx context.Context, on engine.Querier, index *engine.Search) error {
	paused := ""
	err := engine.Row(ctx, on, `SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM stories), (SELECT count(*) FROM revisions WHERE number > 0),
		(SELECT count(*) FROM events)`).Scan(&r.Articles, &r.Published, &r.Revisions, &r.Events)
	if err == nil {
		paused, err = setting(ctx, on, settingPaused)
	}
	if err != nil {
		return err
	}
	r.Paused = paused == "true"
	// Each of these finds nothing in a sound newsroom.
	for _, c := range []struct{ what, query string }{
		{"the article is published and readers cannot find it", `SELECT a.id FROM articles a LEFT JOIN stories s ON s.article = a.id WHERE a.live = 'published' AND s.article IS NULL`},
		{"readers can find an article that is not published", `SELECT s.article FROM stories s JOIN articles a ON a.id = s.article WHERE a.live <> 'published'`},
		{"the story shows another revision than the article's", `SELECT s.article FROM stories s JOIN articles a ON a.id = s.article WHERE s.revision <> a.revision OR s.path <> a.path`},
		{"the article's address does not lead to it", `SELECT a.id FROM articles a LEFT JOIN addresses d ON d.path = a.path WHERE d.article IS NULL OR d.article <> a.id`},
		{"the article's published text is missing", `SELECT a.id FROM articles a LEFT JOIN revisions r ON r.article = a.id AND r.number = a.revision WHERE a.revision > 0 AND r.article IS NULL`},
		{"the story is in no section", `SELECT s.article FROM stories s LEFT JOIN story_terms m ON m.article = s.article AND m.kind = 'section' WHERE s.kind = 'story' AND m.article IS NULL`},
		{"the article is scheduled and has no text for it", `SELECT a.id FROM articles a LEFT JOIN revisions r ON r.article = a.id AND r.number = -1 WHERE a.scheduled IS NOT NULL AND r.article IS NULL`},
		{"the text that is being written is missing", `SELECT a.id FROM articles a LEFT JOIN revisions r ON r.article = a.id AND r.number = 0 WHERE a.work IN ('draft', 'in review', 'approved') AND r.article IS NULL`},
		{"a text of its way is missing", `SELECT a.id FROM articles a WHERE a.snapshots - a.pruned <> (SELECT count(*) FROM snapshots s WHERE s.article = a.id AND s.number BETWEEN 1 AND a.snapshots)`},
		{"an event is about a text that is not there", `SELECT e.article FROM events e LEFT JOIN snapshots s ON s.article = e.article AND e.ref = 's' || s.number
			LEFT JOIN revisions r ON r.article = e.article AND e.ref = 'r' || r.number WHERE e.ref <> '' AND s.number IS NULL AND r.number IS NULL`},
		{"the counts of the board are wrong for it", `SELECT min(a.id) FROM articles a LEFT JOIN board_counts b ON b.live = a.live AND b.work = a.work AND b.lang = a.lang
			AND b.section = a.section AND b.section_next = a.section_next AND b.section_live = a.section_live
			GROUP BY a.live, a.work, a.lang, a.section, a.section_next, a.section_live, b.n HAVING b.n IS NULL OR b.n <> count(*)`},
		{"the board counts articles that are not there", `SELECT b.section FROM board_counts b WHERE b.n <> 0 AND NOT EXISTS (SELECT 1 FROM articles a WHERE b.live = a.live AND b.work = a.work
			AND b.lang = a.lang AND b.section = a.section AND b.section_next = a.section_next AND b.section_live = a.section_live)`},
		{"the redirect leads to another redirect", `SELECT a.path FROM addresses a JOIN addresses b ON b.path = rtrim(a.target, '/') WHERE b.target IS NOT NULL`},
		{"the address leads nowhere", `SELECT path FROM addresses WHERE article IS NULL AND target IS NULL`},
		{"the term has no name in a language of its stories", `SELECT DISTINCT m.key FROM story_terms m LEFT JOIN term_names n ON n.kind = m.kind AND n.key = m.key AND n.lang = m.lang WHERE n.key IS NULL`},
		{"stories stand under a term that was merged into another", `SELECT DISTINCT m.key FROM story_terms m JOIN terms t ON t.kind = m.kind AND t.key = m.key WHERE t.merged <> ''`},
		{"what a term was merged into is not there", `SELECT t.key FROM terms t LEFT JOIN terms o ON o.kind = t.kind AND o.key = t.merged AND o.merged = '' WHERE t.merged <> '' AND o.key IS NULL`},
		{"it is shown in place of another picture and has been replaced itself", `SELECT p.id FROM pictures p JOIN pictures o ON o.replacement = p.id WHERE p.replacement <> ''`},
		{"it is to be shown in place of a picture and is not there", `SELECT o.replacement FROM pictures o LEFT JOIN pictures p ON p.id = o.replacement WHERE o.replacement <> '' AND p.id IS NULL`},
		{"the picture has no address", `SELECT p.id FROM pictures p WHERE NOT EXISTS (SELECT 1 FROM frames f WHERE f.picture = p.id AND f.current)`},
		{"it is the rendition of no picture", `SELECT DISTINCT r.frame FROM renditions r WHERE NOT EXISTS (SELECT 1 FROM frames f WHERE f.key = r.frame)`},
		{"events are missing from the log", `SELECT 'counter' FROM counter WHERE n <> (SELECT count(*) FROM events)`},
	} {
		err := engine.Each(ctx, on, c.query, nil, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			r.damage("%s: %s", id, c.what)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := r.index(ctx, on, index); err != nil {
		return err
	}
	if err := r.snapshots(ctx, on); err != nil {
		return err
	}
	return r.texts(ctx, on)
}

// snapshots reads the texts that were kept on the way.
func (r *Report) snapshots(ctx context.Context, on engine.Querier) error {
	return engine.Each(ctx, on, `SELECT article, number, meta, body FROM snapshots ORDER BY article, number`, nil, func(scan func(...any) error) error {
		var id, meta string
		var number int
		var body []byte
		if err := scan(&id, &number, &meta, &body); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(meta), &stet.Content{})
		if err == nil {
			_, err = unpack(body)
		}
		if err != nil {
			r.damage("%s: the text s%d cannot be read: %v", id, number, err)
		}
		return nil
	})
}

// index compares the rows of the search with the stories.
func (r *Report) index(ctx context.Context, on engine.Querier, index *engine.Search) error {
	indexed := map[int64]bool{}
	err := engine.Each(ctx, on, index.Rows, nil, func(scan func(...any) error) error {
		var ord int64
		err := scan(&ord)
		indexed[ord] = true
		return err
	})
	if err != nil {
		return err
	}
	err = engine.Each(ctx, on, `SELECT ord, article FROM stories WHERE kind = $1`, []any{stet.StoryKind}, func(scan func(...any) error) error {
		var ord int64
		var id stet.ArticleID
		err := scan(&ord, &id)
		if !indexed[ord] {
			r.damage("%s: the search does not find the story", id)
		}
		delete(indexed, ord)
		return err
	})
	for ord := range indexed {
		r.damage("event %d: the search finds a story that is not published", ord)
	}
	return err
}

// texts reads every published revision and recomputes its hash.
func (r *Report) texts(ctx context.Context, on engine.Querier) error {
	var last string
	var lastHash []byte
	return engine.Each(ctx, on, `SELECT article, number, meta, body, hash, prev, erased IS NOT NULL FROM revisions WHERE number > 0 ORDER BY article, number`, nil,
		func(scan func(...any) error) error {
			var id, meta string
			var number int
			var body, sum, prev []byte
			var erased bool
			if err := scan(&id, &number, &meta, &body, &sum, &prev, &erased); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(meta), &stet.Content{}); err != nil {
				r.damage("%s: revision %d cannot be read: %v", id, number, err)
				return nil
			}
			text, err := unpackText(body)
			if err == nil && len(text) > 0 {
				_, err = prose.Parse(text)
			}
			if err != nil {
				r.damage("%s: revision %d cannot be read: %v", id, number, err)
				return nil
			}
			if id == last && !bytes.Equal(prev, lastHash) || id != last && len(prev) > 0 {
				r.damage("%s: revision %d does not follow the one before it", id, number)
			}
			// Of the form as it was written: what this program would write for the same
			// text may differ.
			if !erased && !bytes.Equal(chained(prev, append([]byte(meta+"\n"), text...)), sum) {
				r.damage("%s: revision %d is not what was published", id, number)
			}
			last, lastHash = id, sum
			return nil
		})
}
