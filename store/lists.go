package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"stet"
	"stet/store/engine"
)

// What boards need beside an article's row is written here: the words of its
// headline, and how many articles there are of each kind.

// shelf is what boards tell articles apart by.
type shelf struct {
	live                              stet.LiveState
	work                              stet.WorkState
	lang                              stet.Lang
	section, sectionNext, sectionLive string
}

func shelfOf(a *stet.Article) shelf {
	return shelf{a.Live, a.Work, a.Lang, a.Latest().Section, sectionOf(a.Scheduled), sectionOf(a.Current)}
}

func compareShelves(a, b shelf) int {
	return cmp.Or(cmp.Compare(a.live, b.live), cmp.Compare(a.work, b.work), cmp.Compare(a.lang, b.lang),
		cmp.Compare(a.section, b.section), cmp.Compare(a.sectionNext, b.sectionNext), cmp.Compare(a.sectionLive, b.sectionLive))
}

func newHeadlineWords() *engine.Bulk {
	return &engine.Bulk{Head: `INSERT INTO headline_words (word, seq) VALUES `, Tail: ` ON CONFLICT DO NOTHING`}
}

// list notes what changed of an article for boards.
func (s *saver) list(i int) error {
	a, was := s.as[i], s.before[i]
	if on := shelfOf(a); was.shelf == nil || *was.shelf != on {
		s.counts[on]++
		if was.shelf != nil {
			s.counts[*was.shelf]--
		}
	}
	seq := s.seqs[a.ID]
	if was.shelf != nil {
		if was.headline == a.Latest().Headline {
			return nil
		}
		if _, err := s.Exec(s.ctx, `DELETE FROM headline_words WHERE seq = $1`, seq); err != nil {
			return err
		}
	}
	for _, w := range s.made[i].headline {
		if err := s.headlineWords.Add(s.ctx, s.Tx, []byte(w), seq); err != nil {
			return err
		}
	}
	return nil
}

// count writes how the numbers of articles change.
func (s *saver) count() error {
	for _, on := range slices.SortedFunc(maps.Keys(s.counts), compareShelves) { // all writers take the rows in one order
		if by := s.counts[on]; by != 0 {
			if err := addCount(s.ctx, s.Tx, on, by); err != nil {
				return err
			}
		}
	}
	return nil
}

func addCount(ctx context.Context, t engine.Tx, on shelf, by int) error {
	_, err := t.Exec(ctx, `INSERT INTO board_counts (live, work, lang, section, section_next, section_live, n) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (live, work, lang, section, section_next, section_live) DO UPDATE SET n = board_counts.n + excluded.n`,
		on.live, on.work, on.lang, on.section, on.sectionNext, on.sectionLive, by)
	return err
}

// fillRows is how many articles are read at a time.
const fillRows = 200

// fillLists gives every article what boards need, in a newsroom from before
// there were boards.
func fillLists(ctx context.Context, t engine.Tx) error {
	words, counts := newHeadlineWords(), map[shelf]int{}
	for last := ""; ; {
		var ids []stet.ArticleID
		err := engine.Each(ctx, t, `SELECT id FROM articles WHERE id > $1 ORDER BY id LIMIT $2`, []any{last, fillRows}, func(scan func(...any) error) error {
			ids = append(ids, "")
			return scan(&ids[len(ids)-1])
		})
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		as, seqs, err := loadWithSeq(ctx, t, ids, "")
		if err != nil {
			return err
		}
		for _, a := range as {
			if a.Latest() == nil {
				continue // damaged, which doctor says
			}
			counts[shelfOf(a)]++
			for _, w := range engine.Words(a.Latest().Headline) {
				if err := words.Add(ctx, t, []byte(w), seqs[a.ID]); err != nil {
					return err
				}
			}
			if _, err := t.Exec(ctx, `UPDATE articles SET headline = $1, section = $2, section_next = $3, section_live = $4, words = $5 WHERE id = $6`,
				append(listed(a, wordsOf(a)), a.ID)...); err != nil {
				return err
			}
		}
		last = string(ids[len(ids)-1])
	}
	for on, n := range counts {
		if err := addCount(ctx, t, on, n); err != nil {
			return err
		}
	}
	return words.Flush(ctx, t)
}
