package scene

import "math"

// dusk is the sky after the sun has gone.
func dusk(c *canvas, horizon float64) func(x, y float64) rgb {
	return func(x, y float64) rgb {
		up := clamp((horizon - y) / horizon)
		p := mix(rgb{1.05, .42, .15}, rgb{.42, .20, .24}, smooth(0, .35, up))
		p = mix(p, rgb{.055, .085, .19}, smooth(.22, .95, up))
		p = p.by(.55 + .6*bell(x-c.wide*.3, c.wide*.6))
		strip := clouds(x*1.4+4, (y+.05*math.Sin(x))*9, 5)
		lit := mix(rgb{.09, .07, .11}, rgb{1.1, .34, .16}, smooth(.5, .0, up))
		return mix(p, lit, .75*smooth(.05, .6, strip)*smooth(.02, .2, up))
	}
}

// crane stands on the quay, of a size, its arm to the left.
func (c *canvas) crane(x, foot, size float64, tone rgb, arm float64) {
	col := plain(tone)
	w := size * .022
	at := func(dx, dy float64) point { return point{x + dx*size, foot - dy*size} }
	for _, l := range [][4]float64{
		{-.17, 0, -.15, .62}, {.17, 0, .15, .62}, {-.17, .28, .17, .28}, {-.155, .60, .155, .60}, {-.165, .05, .16, .28}, {.165, .05, -.16, .28},
		{-.16, .30, .15, .60}, {.16, .30, -.15, .60}, {-.15, .62, -.05, .95}, {.15, .62, -.05, .95}, {.15, .62, .44, .66},
		{-.05, .95, .44, .69},
	} {
		c.area(col, 1, line(at(l[0], l[1]), at(l[2], l[3]), w))
	}
	end := at(-.10-.62*math.Cos(arm), .64+.62*math.Sin(arm))
	for _, d := range []float64{0, .03} {
		c.area(col, 1, line(at(.45, .64+d), at(-.12, .64+d), w*.8))
		c.area(col, 1, line(at(-.12, .64+d), end, w*.8))
	}
	c.area(col, 1, line(at(-.05, .95), at(-.12-.36*math.Cos(arm), .66+.36*math.Sin(arm)), w*.35), line(at(-.05, .95), end, w*.35))
	c.area(col, 1, box(x+.30*size, foot-.74*size, x+.42*size, foot-.66*size), box(x-.06*size, foot-.62*size, x+.02*size, foot-.53*size))
}

// harbour is the container quay at dusk.
func harbour(c *canvas) film {
	const horizon = .60
	c.shade(dusk(c, horizon))
	for i := range 3 { // hills beyond the bay
		f := float64(i)
		c.change(.3, horizon+.01, func(x, y float64, was rgb) rgb {
			crest := horizon - .015 - (.10-.028*f)*(.5+clouds(x*(.7+.5*f)+5*f, f, 5))
			return mix(was, mix(rgb{.15, .085, .11}, rgb{.035, .03, .05}, f/2), smooth(crest, crest+.003, y)*(.65+.1*f))
		})
	}
	for range 420 { // the town at their foot
		x, y := c.between(0, c.wide), horizon-.006-.045*math.Pow(c.chance(), 2.4)
		lamp := mix(rgb{1.6, .8, .25}, rgb{1.2, 1.1, .9}, c.chance()*c.chance()).by(c.between(.3, 1.5))
		c.area(plain(lamp), 1, circle(point{x, y}, c.between(.0008, .0017)))
	}
	ink := rgb{.012, .011, .016}
	quay := c.wide * .42
	for i, at := range []float64{.52, .68, .84, 1.0} {
		arm := []float64{0, .95, 0, .9}[i]
		c.crane(at*c.wide-.03, horizon, .46+.035*float64(i), mix(rgb{.03, .022, .03}, ink, float64(i)/3), arm)
	}
	for row := range 4 { // stacks of containers
		for x := quay + .08; x < c.wide; x += .052 {
			if scramble(int(x*1000), row) < .86-.2*float64(row) {
				y := horizon - .02*float64(row)
				paint := []rgb{{.05, .015, .012}, {.012, .02, .035}, {.04, .03, .012}, {.02, .026, .022}}[int(scramble(int(x*1000), row+9)*4)]
				c.area(plain(paint), 1, box(x, y-.02, x+.05, y-.001))
			}
		}
	}
	c.area(plain(ink), 1, box(quay, horizon-.004, c.wide, horizon+.012))
	// A ship lies at the quay.
	ship := []point{{.30, horizon - .045}, {.35, horizon + .012}, {1.28, horizon + .012}, {1.33, horizon - .055}, {1.22, horizon - .04}, {.5, horizon - .04}}
	c.area(func(x, y float64) rgb { return mix(rgb{.06, .02, .022}, rgb{.02, .018, .026}, smooth(.59, .57, y)) }, 1, ship)
	c.area(plain(rgb{.055, .05, .06}), 1, box(.40, horizon-.16, .50, horizon-.04), box(.385, horizon-.135, .515, horizon-.125), box(.43, horizon-.185, .455, horizon-.16))
	for i := range 4 {
		for j := range 9 {
			if scramble(i, j+40) < .7 {
				x, y := .405+.0105*float64(j), horizon-.15+.024*float64(i)
				c.area(plain(rgb{1.7, 1.1, .5}), .9, box(x, y, x+.006, y+.008))
			}
		}
	}
	for i := range 13 {
		x := .56 + .05*float64(i)
		h := .03 + .045*math.Floor(scramble(i, 77)*3)/2
		paint := []rgb{{.07, .02, .015}, {.016, .028, .05}, {.05, .038, .014}, {.024, .034, .028}}[int(scramble(i, 5)*4)]
		c.area(plain(paint), 1, box(x, horizon-.04-h, x+.047, horizon-.04))
	}
	lamps := []point{}
	for i := range 11 {
		lamps = append(lamps, point{quay + .1 + .115*float64(i), horizon - .10 - .05*scramble(i, 3)})
	}
	for i, at := range []float64{.52, .68, .84, 1.0} {
		lamps = append(lamps, point{at*c.wide - .06, horizon - .28 - .015*float64(i)}, point{at*c.wide + .04, horizon - .13})
	}
	for _, l := range lamps {
		c.area(plain(rgb{.02, .02, .02}), 1, line(l, point{l.x, horizon}, .0016))
		c.area(plain(rgb{9, 6.4, 3.2}), 1, circle(l, .0034))
		c.glow(l, rgb{.75, .42, .14}, .020, .020)
	}
	c.glow(point{quay + .5, horizon - .02}, rgb{.16, .08, .03}, .9, .06)
	c.area(plain(rgb{5, .4, .25}), 1, circle(point{.442, horizon - .19}, .0025))
	c.bloom(1.2, .012, .22)
	c.water(water{horizon: horizon + .012, waves: .11, length: .5, deep: rgb{.008, .012, .022}})
	return film{exposure: 1.25, vignette: .5, grain: .02}
}

// lighthouse stands on its point, lit again.
func lighthouse(c *canvas) film {
	const horizon = .74
	c.shade(func(x, y float64) rgb {
		up := clamp((horizon - y) / horizon)
		p := mix(rgb{.44, .26, .20}, rgb{.10, .13, .24}, smooth(0, .4, up))
		p = mix(p, rgb{.018, .03, .075}, smooth(.25, 1, up))
		p = mix(p, rgb{.06, .055, .085}, .7*smooth(.0, .6, clouds(x*2, y*5+2, 6))*smooth(.0, .3, up))
		if star := scramble(int(x*900), int(y*900)); star > .9991 && up > .3 {
			p = p.add(grey(.5 * smooth(.3, .9, up)))
		}
		return p
	})
	lamp := point{c.wide * .55, .215}
	for _, beam := range []struct {
		to point
		k  float64
	}{{point{-.35, .02}, 1}, {point{c.wide + .5, .36}, .8}} {
		c.change(0, 1, func(x, y float64, was rgb) rgb {
			dx, dy := beam.to.x-lamp.x, beam.to.y-lamp.y
			l := math.Hypot(dx, dy)
			along := ((x-lamp.x)*dx + (y-lamp.y)*dy) / l
			if along < 0 {
				return was
			}
			off := math.Abs((x-lamp.x)*dy-(y-lamp.y)*dx) / l
			return was.add(rgb{.62, .52, .34}.by(beam.k * bell(off, .008+.075*along) * math.Exp(-along*2.2) * (.8 + .3*clouds(x*6, y*6, 4))))
		})
	}
	c.water(water{horizon: horizon, waves: .16, length: .4, deep: rgb{.006, .012, .022}})
	rock := func(x, y float64) rgb {
		n := ridges(x*7, y*11, 6)
		return mix(rgb{.012, .012, .015}, rgb{.10, .085, .08}, n*n*1.3).by(1.3 * smooth(1.1, .68, y))
	}
	var shore []point
	shore = append(shore, point{-.1, 1.1}, point{-.1, .93})
	for i := range 60 {
		x := -.1 + (c.wide+.2)*float64(i)/59
		y := .93 - .21*smooth(-.1, .42, x)*(1-.25*smooth(.45, .72, x)) + .03*clouds(x*9, 4, 5)
		shore = append(shore, point{x, y})
	}
	shore = append(shore, point{c.wide + .1, 1.1})
	c.area(rock, 1, shore)
	// The tower: white, round, lit from the left by the evening.
	top, foot := .255, .745
	round := func(x, y float64) rgb {
		half := .036 + .028*(y-top)/(foot-top)
		s := (x - lamp.x) / half
		body := rgb{.36, .33, .33}.by(.30 + .55*math.Exp(-(s+.6)*(s+.6)*2.2))
		if band := math.Mod((y-top)/(foot-top)*4.2, 2); band > 1 {
			body = body.times(rgb{.75, .12, .10})
		}
		return body.by(.92 + .16*clouds(x*50, y*18, 4))
	}
	c.area(round, 1, taper(point{lamp.x, top}, point{lamp.x, foot}, .072, .128))
	for i := range 4 {
		y := .36 + .1*float64(i)
		c.area(plain(rgb{.9, .55, .2}.by(.2+.8*scramble(i, 8))), 1, box(lamp.x-.008, y, lamp.x+.006, y+.022))
	}
	dark := plain(rgb{.012, .012, .014})
	c.area(dark, 1, box(lamp.x-.058, top-.006, lamp.x+.058, top+.006), box(lamp.x-.034, top-.07, lamp.x-.031, top), box(lamp.x+.031, top-.07, lamp.x+.034, top))
	for i := range 13 {
		x := lamp.x - .056 + .0093*float64(i)
		c.area(dark, 1, line(point{x, top - .006}, point{x, top - .028}, .0016))
	}
	c.area(dark, 1, line(point{lamp.x - .057, top - .028}, point{lamp.x + .057, top - .028}, .002))
	c.area(func(x, y float64) rgb {
		return rgb{2.2, 1.7, .9}.by(.4 + 3.2*bell(math.Hypot(x-lamp.x, y-lamp.y), .022))
	}, 1, box(lamp.x-.031, top-.066, lamp.x+.031, top-.006))
	for i := -2; i <= 2; i++ {
		x := lamp.x + .013*float64(i)
		c.area(dark, .8, line(point{x, top - .066}, point{x, top - .006}, .0016))
	}
	c.area(dark, 1, []point{{lamp.x - .042, top - .066}, {lamp.x - .02, top - .092}, {lamp.x, top - .103}, {lamp.x + .02, top - .092}, {lamp.x + .042, top - .066}}, line(point{lamp.x, top - .1}, point{lamp.x, top - .128}, .003))
	c.area(func(x, y float64) rgb { return rgb{.06, .05, .05}.by(.7 + .5*clouds(x*30, y*30, 3)) }, 1, box(.60, .685, .86, .765))
	c.area(plain(rgb{.03, .015, .014}), 1, []point{{.585, .688}, {.63, .645}, {.84, .645}, {.875, .688}})
	for i := range 3 {
		x := .635 + .07*float64(i)
		c.area(plain(rgb{1.5, .85, .3}), 1, box(x, .705, x+.028, .74))
	}
	c.glow(point{.72, .725}, rgb{.25, .12, .04}, .13, .06)
	c.glow(lamp, rgb{1.6, 1.2, .6}, .03, .03)
	c.glow(lamp, rgb{.16, .12, .06}, .13, .13)
	return film{exposure: 1.5, vignette: .4, grain: .026}
}

// mast shows four lamps over the harbour office.
func mast(c *canvas) film {
	c.shade(func(x, y float64) rgb {
		p := mix(rgb{.025, .05, .125}, rgb{.20, .20, .29}, smooth(0, .6, y))
		p = mix(p, rgb{.72, .33, .17}, smooth(.55, .95, y))
		return mix(p, rgb{.10, .085, .12}, .7*smooth(-.05, .55, clouds(x*1.6+6, y*4.5, 6))*smooth(1.0, .4, y))
	})
	c.change(.8, 1, func(x, y float64, was rgb) rgb {
		crest := .90 - .05*(.5+clouds(x*2.2, 3, 5))
		return mix(was, rgb{.04, .03, .045}, smooth(crest, crest+.004, y))
	})
	c.blur(0, 1, .006) // the far side of the bay is out of focus
	x := c.wide * .47
	ink := func(px, y float64) rgb { return rgb{.012, .012, .016}.by(1 + 2.2*bell(px-x+.004, .003)) }
	c.area(ink, 1, taper(point{x, 1}, point{x, .06}, .022, .011), line(point{x - .19, .27}, point{x + .19, .27}, .009), line(point{x - .05, .94}, point{x + .05, .94}, .02))
	for _, s := range []float64{-1, 1} {
		c.area(ink, 1, line(point{x, .09}, point{x + s*.42, 1.02}, .0022), line(point{x, .10}, point{x + s*.19, .27}, .002), line(point{x, .27}, point{x + s*.30, 1.02}, .0018))
		c.area(ink, 1, line(point{x + s*.16, .27}, point{x + s*.16, .80}, .0014))
	}
	for y := .12; y < .92; y += .028 {
		c.area(ink, .9, line(point{x - .017, y}, point{x + .017, y}, .003))
	}
	lamps := []struct {
		at point
		is rgb
	}{{point{x - .16, .335}, rgb{9, 1.0, .5}}, {point{x - .16, .435}, rgb{8.5, 7.4, 5.4}}, {point{x - .16, .535}, rgb{8.5, 7.4, 5.4}}, {point{x + .16, .335}, rgb{.8, 7, 3}}}
	for _, l := range lamps {
		p := l.at
		c.area(plain(rgb{.02, .02, .024}), 1, []point{{p.x - .020, p.y - .028}, {p.x, p.y - .046}, {p.x + .020, p.y - .028}}, box(p.x-.022, p.y+.026, p.x+.022, p.y+.034), box(p.x-.020, p.y-.030, p.x+.020, p.y-.025))
		c.area(func(px, py float64) rgb { return l.is.by(.25 + bell(math.Hypot(px-p.x, py-p.y), .016)) }, 1, box(p.x-.017, p.y-.025, p.x+.017, p.y+.026))
		for _, s := range []float64{-.017, 0, .017} {
			c.area(plain(rgb{.02, .02, .024}), .9, line(point{p.x + s, p.y - .028}, point{p.x + s, p.y + .028}, .0028))
		}
		c.glow(p, l.is.by(.11), .035, .035)
		c.glow(p, l.is.by(.022), .11, .11)
	}
	for range 5 { // gulls
		p := point{c.between(.55, .95) * c.wide, c.between(.12, .62)}
		s := c.between(.010, .019)
		for _, d := range []float64{-1, 1} {
			c.area(plain(rgb{.02, .02, .025}), .9, taper(p, point{p.x + d*s, p.y - s*.55}, s*.22, s*.14), taper(point{p.x + d*s, p.y - s*.55}, point{p.x + d*s*2.1, p.y - s*.2}, s*.14, 0))
		}
	}
	return film{exposure: 1.35, vignette: .5, grain: .024}
}

// station is the signal station on its hill, by day.
func station(c *canvas) film {
	stationOn(c, rgb{.26, .42, .72}, rgb{.80, .83, .86}, false)
	return film{exposure: .95, vignette: .3, grain: .012}
}

// stationOld is the same place on a plate of 1911.
func stationOld(c *canvas) film {
	stationOn(c, rgb{.50, .50, .50}, rgb{.86, .86, .86}, true)
	c.blur(0, 1, .0016)
	c.change(0, 1, func(x, y float64, was rgb) rgb {
		edge := min(x, c.wide-x, y, 1-y)
		fade := .75*smooth(.14, 0, edge+.05*clouds(x*3, y*3, 5)) + .15*smooth(.3, .8, clouds(x*2+8, y*2, 6))
		return mix(was, grey(.62), fade)
	})
	for range 90 {
		p := point{c.between(0, c.wide), c.between(0, 1)}
		c.area(plain(grey(1.1)), c.between(.2, .7), circle(p, c.between(.0006, .0022)))
	}
	for range 7 {
		p := point{c.between(0, c.wide), c.between(0, 1)}
		c.area(plain(grey(1)), c.between(.1, .4), line(p, point{p.x + c.between(-.01, .01), p.y + c.between(.05, .3)}, .0009))
	}
	return film{exposure: .92, vignette: .55, grain: .045, sepia: .92}
}

func stationOn(c *canvas, high, low rgb, old bool) {
	const horizon = .62
	c.shade(func(x, y float64) rgb {
		p := mix(high, low, smooth(0, horizon, y))
		return mix(p, rgb{.95, .95, .96}, .9*smooth(-.15, .5, clouds(x*1.5+2, y*3.2, 6))*smooth(.66, .25, y))
	})
	c.water(water{horizon: horizon, waves: .13, length: .25, deep: rgb{.03, .07, .09}})
	c.change(.3, 1, func(x, y float64, was rgb) rgb {
		crest := 1.02 - .46*smooth(-.1, .85, x) + .06*smooth(.9, 1.4, x) + .012*clouds(x*14, 2, 5)
		n := clouds(x*11, y*22, 4) + .8*noise(x*160, y*70) + .5*noise(x*330, y*120)
		grass := mix(rgb{.035, .05, .014}, rgb{.19, .17, .055}, smooth(-.8, .9, n))
		grass = mix(grass, rgb{.30, .28, .25}, smooth(.25, .5, ridges(x*5+3, y*8, 5)-.35)*smooth(crest+.02, crest+.2, y))
		return mix(was, grass, smooth(crest, crest+.004, y))
	})
	wall := rgb{.58, .54, .46}
	if old {
		wall = rgb{.44, .44, .44}
	}
	lit := func(x, y float64) rgb {
		k := .95 + .12*clouds(x*26, y*26, 4)
		if x > .92 {
			k *= .5
		}
		return wall.by(k)
	}
	roof := plain(rgb{.24, .085, .05})
	if old {
		roof = plain(grey(.09))
	}
	c.area(lit, 1, box(.70, .44, 1.10, .60), box(.80, .27, .98, .46))
	c.area(roof, 1, []point{{.68, .445}, {.74, .395}, {1.06, .395}, {1.12, .445}}, []point{{.785, .275}, {.89, .20}, {.995, .275}})
	for _, w := range [][2]float64{{.735, .49}, {.785, .49}, {.96, .49}, {1.01, .49}, {1.055, .49}, {.825, .31}, {.87, .31}, {.94, .31}, {.825, .37}, {.87, .37}, {.94, .37}} {
		c.area(plain(rgb{.72, .70, .66}), 1, box(w[0]-.004, w[1]-.004, w[0]+.026, w[1]+.042))
		c.area(func(x, y float64) rgb { return mix(rgb{.03, .04, .05}, rgb{.22, .28, .33}, smooth(w[1]+.03, w[1], y)) }, 1, box(w[0], w[1], w[0]+.010, w[1]+.038), box(w[0]+.012, w[1], w[0]+.022, w[1]+.038))
	}
	c.area(plain(rgb{.10, .06, .03}), 1, box(.865, .50, .90, .60))
	pole := plain(grey(.05))
	if !old {
		pole = plain(grey(.5))
	}
	x := 1.26
	c.area(pole, 1, taper(point{x, .63}, point{x, .08}, .012, .006), line(point{x - .10, .19}, point{x + .10, .19}, .005))
	for _, s := range []float64{-1, 1} {
		c.area(pole, .8, line(point{x, .10}, point{x + s*.17, .62}, .0016))
	}
	ball := plain(grey(.02))
	c.area(ball, 1, circle(point{x - .08, .24}, .018), []point{{x + .06, .225}, {x + .10, .225}, {x + .08, .265}})
	c.area(ball, 1, line(point{x - .08, .19}, point{x - .08, .24}, .002), line(point{x + .08, .19}, point{x + .08, .24}, .002))
	if !old { // what came since: an aerial, a dish, a fence
		c.area(pole, 1, line(point{.89, .20}, point{.89, .09}, .004), line(point{.87, .12}, point{.91, .12}, .003), line(point{.875, .145}, point{.905, .145}, .003))
		c.area(plain(grey(.75)), 1, oval(point{1.075, .385}, .026, .030))
		c.area(plain(grey(.35)), 1, oval(point{1.082, .387}, .017, .022))
		for i := range 16 {
			fx := .36 + .05*float64(i)
			fy := 1.02 - .46*smooth(-.1, .85, fx) + .06*smooth(.9, 1.4, fx)
			c.area(plain(grey(.40)), 1, line(point{fx, fy + .004}, point{fx, fy - .035}, .003))
		}
	}
}
