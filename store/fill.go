package store

import (
	"context"

	"stet"
)

// fillRows is how many articles are read at a time.
const fillRows = 200

// fillLists gives every article what lists show of it.
func fillLists(ctx context.Context, t tx) error {
	for last := ""; ; {
		var ids []stet.ArticleID
		err := each(ctx, t, `SELECT id FROM articles WHERE id > $1 ORDER BY id LIMIT $2`, []any{last, fillRows}, func(scan func(...any) error) error {
			ids = append(ids, "")
			return scan(&ids[len(ids)-1])
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		as, err := load(ctx, t, ids, "")
		if err != nil {
			return err
		}
		for _, a := range as {
			if a.Latest() == nil {
				continue
			}
			if _, err := t.exec(ctx, `UPDATE articles SET headline = $1, folded = $2, section = $3, section_next = $4, section_live = $5, words = $6 WHERE id = $7`,
				append(listed(a), a.ID)...); err != nil {
				return err
			}
		}
		last = string(ids[len(ids)-1])
	}
}
