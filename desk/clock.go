package desk

import (
	"time"

	"stet"
)

// when is a moment for a <time> element.
type when struct{ Machine, Text string }

// at writes a moment for people in a zone; nothing for no moment.
func (v *visit) at(t time.Time, zone *time.Location) *when {
	if t.IsZero() {
		return nil
	}
	return &when{t.UTC().Format(time.RFC3339), v.Language.DateTime(t.In(zone))}
}

// about writes a moment for a list: of today the time, else the day.
func (v *visit) about(t time.Time) *when {
	w := v.at(t, v.zone)
	switch {
	case w == nil:
	case stet.DayOf(t, v.zone) == stet.DayOf(v.now, v.zone):
		w.Text = v.Language.Clock(t.In(v.zone))
	default:
		w.Text = v.Language.Date(t.In(v.zone))
	}
	return w
}

// clocked is a moment by the clocks that matter: the site's first, then the
// person's own if it is another, then UTC.
type clocked struct {
	when
	Clocks []clock
}

// clock is a moment in one zone.
type clock struct{ Zone, Text string }

func (v *visit) clocks(t time.Time) *clocked {
	if t.IsZero() {
		return nil
	}
	m := &clocked{when: *v.at(t, v.site.Zone)}
	for _, z := range v.zones() {
		m.Clocks = append(m.Clocks, clock{z.Text, v.Language.DateTime(t.In(z.zone))})
	}
	return m
}

// zone is a zone in which the person may say when.
type zone struct {
	Name string // of the IANA's database
	Text string // whose it is
	zone *time.Location
}

// zones are the site's, the person's own and UTC, each once.
func (v *visit) zones() []zone {
	out := []zone{{v.site.Zone.String(), v.T("zone_site", "zone", v.site.Zone.String()), v.site.Zone}}
	if v.zone.String() != v.site.Zone.String() {
		out = append(out, zone{v.zone.String(), v.T("zone_own", "zone", v.zone.String()), v.zone})
	}
	for _, z := range out {
		if z.Name == "UTC" {
			return out
		}
	}
	return append(out, zone{"UTC", "UTC", time.UTC})
}

// planned is a time that somebody typed, and what it means.
type planned struct {
	At      string // as typed: 2026-03-29T02:30
	Zone    string // its zone
	Zones   []zoneChoice
	Now     *clocked
	Is      *clocked   // the one moment it is
	Either  []*clocked // the two that it may be, as the clocks go back over it
	Instead string     // what to type instead, as the clocks go forward over it
	Gap     string     // that there is no such time, in words
	Overlap string     // that there are two, in words
	Past    bool
	Wrong   string // that it is no time at all
}

type zoneChoice struct {
	zone
	Chosen bool
}

// plan reads a time as a person typed it. moment is the one that they chose of
// two, in RFC 3339; the time to schedule for is zero while it is not clear.
func (v *visit) plan(typed, zoneName, chosen string) (planned, time.Time) {
	p := planned{At: typed, Zone: zoneName, Now: v.clocks(v.now)}
	in := v.site.Zone
	for _, z := range v.zones() {
		c := zoneChoice{zone: z, Chosen: z.Name == zoneName || zoneName == "" && len(p.Zones) == 0}
		if c.Chosen {
			in = z.zone
			p.Zone = z.Name
		}
		p.Zones = append(p.Zones, c)
	}
	if typed == "" {
		return p, time.Time{}
	}
	at, instead, err := stet.WallTime(typed, in)
	if err != nil {
		p.Wrong = v.T("time_wrong")
		return p, time.Time{}
	}
	switch {
	case len(at) == 0:
		p.Instead = wall(instead, in)
		p.Gap = v.T("time_gap", "zone", in.String(), "time", v.Language.DateTime(instead.In(in)))
		return p, time.Time{}
	case len(at) > 1:
		for _, t := range at {
			if t.UTC().Format(time.RFC3339) == chosen {
				return p.settle(v, t)
			}
		}
		p.Overlap = v.T("time_overlap", "zone", in.String())
		for _, t := range at {
			p.Either = append(p.Either, v.clocks(t))
		}
		return p, time.Time{}
	}
	return p.settle(v, at[0])
}

func (p planned) settle(v *visit, at time.Time) (planned, time.Time) {
	if !at.After(v.now) {
		p.Past = true
		return p, time.Time{}
	}
	p.Is = v.clocks(at)
	return p, at
}
