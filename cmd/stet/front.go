package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"stet"
)

// changeFront prints what is pinned to a front, pins a story to one of its slots,
// or makes a slot automatic.
func changeFront(ctx context.Context, p *program, args []string) error {
	var edition, section, story string
	var slot int
	var lasts time.Duration
	c, set, err := p.settings("front", args, func(set *flag.FlagSet) {
		set.StringVar(&edition, "lang", "", "")
		set.StringVar(&section, "section", "", "")
		set.IntVar(&slot, "slot", 0, "")
		set.StringVar(&story, "story", "", "")
		set.DurationVar(&lasts, "for", 0, "")
	})
	if err != nil {
		return err
	}
	if edition == "" || set.NArg() > 0 || slot == 0 && (story != "" || lasts != 0) || story == "" && lasts != 0 {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	f, err := db.Front(ctx, stet.Lang(edition), section)
	if err != nil {
		return err
	}
	now := time.Now()
	pins := f.Pins.At(now, len(f.Pins))
	if slot != 0 {
		if slot < 1 || slot > len(pins) {
			return stet.Errorf(stet.Invalid, "slot", "there is no slot %d; this front has %d", slot, len(pins))
		}
		pin := stet.Pin{Story: stet.ArticleID(story)}
		if lasts != 0 {
			pin.Until = now.Add(lasts)
		}
		if story == "" {
			pins[slot-1] = pin
		} else {
			pins = pins.Put(slot-1, pin)
		}
		_, clashes, err := db.ArrangeFront(ctx, stet.Operator, f.Lang, f.Section, f.Number, pins, now)
		if err == nil && len(clashes) > 0 {
			err = stet.Errorf(stet.Conflict, "", "somebody changed the front this moment; try again")
		}
		return err
	}
	site, err := db.Site(ctx)
	if err != nil {
		return err
	}
	for i, pin := range pins {
		if pin.Story == "" {
			continue
		}
		until := "for good"
		if !pin.Until.IsZero() {
			until = "until " + pin.Until.In(site.Zone).Format("2006-01-02 15:04:05")
		}
		fmt.Fprintf(p.stdout, "%d  %s  %s\n", i+1, pin.Story, until)
	}
	return nil
}
