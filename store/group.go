package store

import (
	"context"

	"stet"
)

// UpdateGroup is UpdateArticles for all languages of a story.
func (db *DB) UpdateGroup(ctx context.Context, group stet.ArticleID, fn func([]*stet.Article) error) ([]*stet.Article, error) {
	members, err := db.Members(ctx, group)
	if err != nil {
		return nil, err
	}
	ids := make([]stet.ArticleID, len(members))
	for i, m := range members {
		ids[i] = m.ID
	}
	return db.UpdateArticles(ctx, ids, fn)
}
