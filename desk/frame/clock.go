package frame

import (
	"time"

	"stet"
)

// When is a moment for a <time> element.
type When struct{ Machine, Text string }

// At writes a moment for people in a zone; nothing for no moment.
func (v *Visit) At(t time.Time, zone *time.Location) *When {
	if t.IsZero() {
		return nil
	}
	return &When{t.UTC().Format(time.RFC3339), v.Language.DateTime(t.In(zone))}
}

// About writes a moment for a list: of today the time, else the day.
func (v *Visit) About(t time.Time) *When {
	w := v.At(t, v.Zone)
	switch {
	case w == nil:
	case stet.DayOf(t, v.Zone) == stet.DayOf(v.Now, v.Zone):
		w.Text = v.Language.Clock(t.In(v.Zone))
	default:
		w.Text = v.Language.Date(t.In(v.Zone))
	}
	return w
}

// Clocked is a moment by the clocks that matter: the site's first, then the
// person's own if it is another, then UTC.
type Clocked struct {
	When
	Clocks []clock
}

// clock is a moment in one zone.
type clock struct{ Zone, Text string }

// Clocks writes a moment by every clock that matters; nothing for no moment.
func (v *Visit) Clocks(t time.Time) *Clocked {
	if t.IsZero() {
		return nil
	}
	m := &Clocked{When: *v.At(t, v.Site.Zone)}
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
func (v *Visit) zones() []zone {
	out := []zone{{v.Site.Zone.String(), v.T("zone_site", "zone", v.Site.Zone.String()), v.Site.Zone}}
	if v.Zone.String() != v.Site.Zone.String() {
		out = append(out, zone{v.Zone.String(), v.T("zone_own", "zone", v.Zone.String()), v.Zone})
	}
	for _, z := range out {
		if z.Name == "UTC" {
			return out
		}
	}
	return append(out, zone{"UTC", "UTC", time.UTC})
}

// Planned is a time that somebody typed, and what it means.
type Planned struct {
	At      string // as typed: 2026-03-29T02:30
	Zone    string // its zone
	Zones   []zoneChoice
	Now     *Clocked
	Is      *Clocked   // the one moment it is
	Either  []*Clocked // the two that it may be, as the clocks go back over it
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

// Plan reads a time as a person typed it. moment is the one that they chose of
// two, in RFC 3339; the time to schedule for is zero while it is not clear.
func (v *Visit) Plan(typed, zoneName, chosen string) (Planned, time.Time) {
	p := Planned{At: typed, Zone: zoneName, Now: v.Clocks(v.Now)}
	in := v.Site.Zone
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
		p.Instead = Wall(instead, in)
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
			p.Either = append(p.Either, v.Clocks(t))
		}
		return p, time.Time{}
	}
	return p.settle(v, at[0])
}

func (p Planned) settle(v *Visit, at time.Time) (Planned, time.Time) {
	if !at.After(v.Now) {
		p.Past = true
		return p, time.Time{}
	}
	p.Is = v.Clocks(at)
	return p, at
}
