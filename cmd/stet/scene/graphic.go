package scene

import "math"

// seats are the new council: 35 places in a half circle, in the colours of those
// who won them. What is between them can be seen through.
func seats(c *canvas) film {
	won := []struct {
		n  int
		is rgb
	}{{14, rgb{.045, .19, .43}}, {9, rgb{.60, .075, .04}}, {7, rgb{.78, .42, .035}}, {5, rgb{.075, .30, .11}}}
	type seat struct {
		at    point
		angle float64
	}
	var all []seat
	for row, n := range []int{7, 9, 11, 8} {
		r := .37 + .145*float64(row)
		for i := range n {
			a := math.Pi * (.5 + float64(i)) / float64(n)
			if row == 3 { // those at the back leave the middle open
				a = math.Pi * (.065 + .29*float64(i)/3)
				if i >= 4 {
					a = math.Pi * (1 - .065 - .29*float64(7-i)/3)
				}
			}
			all = append(all, seat{point{c.wide/2 - r*math.Cos(a), .95 - r*math.Sin(a)}, a})
		}
	}
	for range all { // in the order of the circle
		for i := 1; i < len(all); i++ {
			if all[i].angle < all[i-1].angle {
				all[i], all[i-1] = all[i-1], all[i]
			}
		}
	}
	i := 0
	for _, party := range won {
		for range party.n {
			c.area(plain(party.is), 1, circle(all[i].at, .056))
			i++
		}
	}
	return film{exposure: 1}
}

// chart is a map of the Lesta from its reservoir to the sea.
func chart(c *canvas) film {
	coast := func(y float64) float64 { return .26 + .05*math.Sin(y*5+.7) + .09*clouds(3, y*3.2, 5) }
	course := func(x float64) float64 {
		return .58 - .17*math.Sin(x*2.5-.4) + .045*math.Sin(x*7.1) + .03*clouds(x*4, 2, 3)
	}
	high := func(x, y float64) float64 {
		off := math.Abs(y - course(x))
		return smooth(0, .8, x-coast(y))*.45 + smooth(.02, .42, off)*smooth(.05, .7, x-coast(y))*(.35+.8*ridges(x*2.1+4, y*2.1, 6)) - .02
	}
	tints := []rgb{{.36, .50, .30}, {.50, .58, .34}, {.66, .64, .40}, {.72, .60, .40}, {.64, .48, .34}, {.70, .62, .56}}
	c.shade(func(x, y float64) rgb {
		if d := x - coast(y); d < 0 {
			p := mix(rgb{.30, .50, .62}, rgb{.16, .34, .50}, smooth(0, -.30, d))
			return mix(p, rgb{.42, .60, .68}, .6*smooth(-.025, 0, d))
		}
		h := high(x, y)
		k := clamp(h) * 5.2
		p := mix(tints[min(int(k), 5)], tints[min(int(k)+1, 5)], smooth(.8, 1, k-math.Floor(k)))
		const e = .004
		shade := (high(x-e, y-e) - high(x+e, y+e)) / e
		p = p.by(1 + clampTo(shade*.11, .38))
		if c := math.Abs(math.Mod(h*26, 1) - .5); c > .46 { // contours
			p = p.by(.86)
		}
		return p
	})
	water := plain(rgb{.10, .30, .52})
	var last point
	for i := range 300 { // it grows on its way to the sea
		x := 1.21 - (1.21-.24)*float64(i)/299
		p := point{x, course(x)}
		if i > 0 && p.x > coast(p.y)-.01 {
			c.area(water, 1, line(last, p, .0065+.000035*float64(i)), circle(p, .0030+.000017*float64(i)))
		}
		last = p
	}
	for _, side := range [][2]float64{{.62, -1}, {.92, 1}, {1.06, -1}, {.45, 1}} { // streams
		p := point{side[0], course(side[0])}
		for i := range 60 {
			q := point{p.x + .0035 + .002*noise(float64(i)*.2, side[0]*9), p.y + side[1]*.0045*(1+.9*noise(float64(i)*.15, side[0]*5))}
			c.area(water, 1, line(p, q, .0042*(1-float64(i)/70)))
			p = q
		}
	}
	var lake []point
	for i := range 60 {
		a := 2 * math.Pi * float64(i) / 60
		r := 1 + .35*noise(3*math.Cos(a)+5, 3*math.Sin(a))
		lake = append(lake, point{1.255 + .080*r*math.Cos(a), course(1.21) + .040*r*math.Sin(a) - .01})
	}
	c.area(water, 1, lake)
	c.area(plain(rgb{.10, .10, .11}), 1, line(point{1.172, course(1.18) - .03}, point{1.176, course(1.18) + .03}, .007))
	for i := range 110 { // the railway
		x := .30 + .80*float64(i)/109
		y := course(x) + .040 + .012*math.Sin(x*9)
		if i%2 == 0 {
			c.area(plain(rgb{.10, .09, .09}), 1, line(point{x, y}, point{x + .0073, course(x+.0073) + .040 + .012*math.Sin((x+.0073)*9)}, .0032))
		}
	}
	for _, town := range []struct{ x, off, r float64 }{{.315, .012, .017}, {.70, -.018, .012}, {1.10, .022, .012}} {
		at := point{town.x, course(town.x) + town.off}
		c.area(plain(rgb{.08, .07, .07}), 1, circle(at, town.r+.0035))
		c.area(plain(rgb{.95, .93, .88}), 1, circle(at, town.r))
		c.area(plain(rgb{.62, .05, .03}), 1, circle(at, town.r*.58))
	}
	for i := range 5 { // a scale, and north
		tone := grey(.06)
		if i%2 == 1 {
			tone = grey(.95)
		}
		c.area(plain(tone), 1, box(.05+.045*float64(i), .925, .095+.045*float64(i), .935))
	}
	c.area(plain(grey(.06)), 1, []point{{.10, .07}, {.118, .125}, {.10, .113}}, line(point{.10, .113}, point{.10, .16}, .003))
	c.area(plain(grey(.95)), 1, []point{{.10, .07}, {.082, .125}, {.10, .113}})
	return film{exposure: 1.02}
}

func clampTo(v, most float64) float64 { return min(max(v, -most), most) }
