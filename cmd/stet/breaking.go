package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"stet"
)

// changeBreaking prints the breaking news of all editions, or sets or ends that
// of one.
func changeBreaking(ctx context.Context, p *program, args []string) error {
	var edition, link string
	var lasts time.Duration
	var end bool
	c, set, err := p.settings("breaking", args, func(set *flag.FlagSet) {
		set.StringVar(&edition, "lang", "", "")
		set.StringVar(&link, "link", "", "")
		set.DurationVar(&lasts, "for", 0, "")
		set.BoolVar(&end, "end", false, "")
	})
	if err != nil {
		return err
	}
	setting := edition != "" && !end && set.NArg() == 1 && lasts != 0
	ending := edition != "" && end && set.NArg() == 0 && lasts == 0 && link == ""
	if !setting && !ending && (edition != "" || end || set.NArg() > 0 || lasts != 0 || link != "") {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	now := time.Now()
	switch {
	case setting:
		path, err := stet.SitePath(link, c.URL)
		if err != nil {
			return err
		}
		_, err = db.Announce(ctx, stet.Operator, stet.Breaking{Lang: stet.Lang(edition), Text: set.Arg(0), Path: path, Until: now.Add(lasts)}, now)
		return err
	case ending:
		_, err := db.EndBreaking(ctx, stet.Operator, stet.Lang(edition), now)
		return err
	}
	site, err := db.Site(ctx)
	if err != nil {
		return err
	}
	for _, l := range site.Langs() {
		b, err := db.Public().Breaking(ctx, l)
		if err != nil {
			return err
		}
		if b.On(now) {
			fmt.Fprintf(p.stdout, "%s  until %s  %s  %s\n", l, b.Until.In(site.Zone).Format("2006-01-02 15:04"), b.Text, b.Path)
		}
	}
	return nil
}
