package main

import (
	"context"
	"flag"
	"time"

	"stet"
)

// eraseText takes the words of a published text out of the newsroom.
func eraseText(ctx context.Context, p *program, args []string) error {
	var article, reason string
	var number int
	c, set, err := p.settings("erase", args, func(set *flag.FlagSet) {
		set.StringVar(&article, "article", "", "")
		set.IntVar(&number, "text", 0, "")
		set.StringVar(&reason, "reason", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || article == "" || number < 1 || reason == "" {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.EraseText(ctx, stet.Operator, stet.ArticleID(article), number, reason, time.Now().UTC().Truncate(time.Millisecond))
	return err
}
