package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"stet"
)

// changeSettings prints the site's settings, or sets those that are named.
func changeSettings(ctx context.Context, p *program, args []string) error {
	c, set, err := p.settings("settings", args, nil)
	if err != nil {
		return err
	}
	changes := map[string]string{}
	for _, word := range set.Args() {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			return fmt.Errorf("%w: %q is not name=value", errUsage, word)
		}
		if was, twice := changes[name]; twice && was != value {
			return fmt.Errorf("%w: %s is given twice", errUsage, name)
		}
		changes[name] = value
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if len(changes) > 0 {
		return db.ChangeSettings(ctx, stet.Operator, changes, time.Now())
	}
	site, err := db.Site(ctx)
	if err != nil {
		return err
	}
	for _, s := range stet.AllSettings() {
		fmt.Fprintf(p.stdout, "%-20s # %s (%s)\n", s.Name+"="+site.Settings.Get(s.Name), s.About, strings.Join(s.Values, ", "))
	}
	return nil
}
