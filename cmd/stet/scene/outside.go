package scene

import "math"

// storm is the sea before bad weather, from the mole.
func storm(c *canvas) film {
	const horizon = .46
	sky := overcast(c, horizon, rgb{.42, .45, .46}, rgb{.035, .045, .06}, rgb{.34, .38, .42}, 3.3, .18)
	c.shade(func(x, y float64) rgb {
		p := sky(x, y)
		fall := smooth(.05, .5, clouds(x*5+y*1.2, y*.35+8, 4)+.1) * smooth(.1, .34, y) * smooth(.2, 1.0, 1.1-x*.55)
		return mix(p, rgb{.12, .14, .16}, fall*.6)
	})
	c.water(water{horizon: horizon, waves: .5, length: .62, deep: rgb{.02, .036, .037}, foam: rgb{.42, .45, .45}, foaming: .5})
	// The mole with its beacon, and a wave that breaks on it.
	stone := func(x, y float64) rgb {
		return grey(.022 + .02*clouds(x*60, y*60, 3) + .04*smooth(.475, .455, y))
	}
	mole := []point{{c.wide, .452}, {c.wide * .66, .462}, {c.wide * .655, .485}, {c.wide * .7, .5}, {c.wide * .86, .53}, {c.wide, .56}}
	c.area(stone, 1, mole)
	x := c.wide * .685
	c.area(plain(rgb{.05, .012, .01}), 1, taper(point{x, .463}, point{x, .33}, .022, .015))
	c.area(plain(rgb{.30, .31, .31}), 1, taper(point{x, .425}, point{x, .39}, .020, .0185))
	c.area(plain(rgb{.02, .02, .02}), 1, box(x-.012, .305, x+.012, .331), box(x-.016, .329, x+.016, .334))
	c.area(plain(rgb{.02, .02, .02}), 1, []point{{x - .012, .305}, {x, .288}, {x + .012, .305}})
	c.area(plain(rgb{6, 4.2, 2.2}), 1, box(x-.007, .309, x+.007, .327))
	c.glow(point{x, .318}, rgb{.9, .55, .22}, .05, .05)
	c.change(.2, .6, func(px, y float64, was rgb) rgb {
		d := math.Hypot((px-c.wide*.8)/1.5, y-.47)
		n := clouds(px*9, y*9+2, 6)
		spray := smooth(.02, .75, n+.62-d*6.2) * smooth(.56, .49, y)
		return mix(was, rgb{.62, .65, .66}, spray*.92)
	})
	// Rain on its way.
	for range 900 {
		p := point{c.between(0, c.wide), c.between(-.05, 1)}
		l := c.between(.01, .035)
		c.area(plain(rgb{.45, .48, .5}), c.between(.03, .13), line(p, point{p.x - l*.35, p.y + l}, .0011))
	}
	return film{exposure: 1.35, vignette: .5, grain: .022}
}

// valley is a river in the morning haze, from above.
func valley(c *canvas) film {
	return valleyOf(c, weather{low: rgb{.80, .62, .44}, high: rgb{.16, .28, .50}, sun: rgb{1, .66, .34}, water: rgb{.3, .36, .42}, haze: .042})
}

// flood is the same valley after a week of rain.
func flood(c *canvas) film {
	f := valleyOf(c, weather{low: rgb{.46, .48, .49}, high: rgb{.27, .30, .33}, sun: rgb{.1, .1, .1}, water: rgb{.21, .175, .12}, haze: .11, level: .17})
	f.exposure = 1.1
	return f
}

type weather struct {
	low, high, sun, water rgb
	haze, level           float64
}

func river(z float64) float64 { return .9*math.Sin(z*.42+.6) + .35*math.Sin(z*1.1) - .25 }

func valleyOf(c *canvas, is weather) film {
	const horizon = .30
	low, high, level := is.low, is.high, is.level
	sun := point{c.wide * .72, .12}
	air := func(x, y float64) rgb {
		p := mix(high, low, smooth(-.05, .36, y))
		d := math.Hypot(x-sun.x, (y-sun.y)*1.2)
		p = p.add(is.sun.by(.45*math.Exp(-d*2.4) + .8*math.Exp(-d*9)))
		return mix(p, low.by(1.15), .18*smooth(-.1, .6, clouds(x*1.2, y*7, 5)))
	}
	c.shade(air)
	height := func(x, z float64) float64 {
		off := math.Abs(x - river(z))
		floor := smooth(.10+.02*z, 2.6+.05*z, off)
		h := -.55 + floor*(.35+1.25*ridges(x*.42+4, z*.42, 6)) + .02*clouds(x*9, z*9, 3)*floor
		if bank := smooth(.14, .24, off); bank < 1 {
			h = -.60 + (h+.60)*bank
		}
		return max(h, -.585+level)
	}
	c.land(land{horizon: horizon, eye: 1.15, near: 1.3, far: 60, height: height, haze: is.haze, air: air, sun: [3]float64{.8, .42, .55},
		colour: func(x, z, h, light float64) rgb {
			if h <= -.5849+level { // water takes the light of the sky
				shine := .8 + .25*clouds(x*14, z*5, 3)*math.Exp(-z*.15)
				return mix(is.water, low.by(1.1), smooth(1.5, 10, z)).by(shine)
			}
			wood := smooth(-.1, .35, clouds(x*2.3, z*2.3, 5)+.25*noise(x*40, z*40))
			ground := mix(rgb{.19, .17, .065}, rgb{.035, .055, .022}, wood)
			field := math.Floor(x*3.1+.4*math.Sin(z)) + 7*math.Floor(z*1.9)
			if h < -.38 {
				ground = mix(mix(rgb{.26, .20, .07}, rgb{.09, .13, .03}, scramble(int(field), 3)), ground, .3)
			}
			ground = mix(ground, rgb{.28, .26, .25}, smooth(.75, 1.15, h))
			return ground.by(.25 + .12*noise(x*70, z*70)*math.Exp(-z*.25)).add(ground.times(is.sun.by(2.1).add(grey(.3))).by(light * 1.4))
		}})
	return film{exposure: .8, vignette: .45, grain: .014}
}

// vineyard is a slope of vines in autumn.
func vineyard(c *canvas) film {
	const horizon = .34
	sun := point{c.wide * .2, .2}
	air := func(x, y float64) rgb {
		p := mix(rgb{.20, .36, .66}, rgb{.88, .78, .60}, smooth(0, .38, y))
		return p.add(rgb{1, .7, .35}.by(.8 * math.Exp(-4*math.Hypot(x-sun.x, y-sun.y)))).by(1 + .12*clouds(x*1.5, y*6, 5))
	}
	c.shade(air)
	hill := func(x, z float64) float64 {
		return -.75 + .10*z*smooth(1.5, 9, z) + .24*clouds(x*.35+2, z*.3, 3) + 1.5*ridges(x*.16+8, z*.16, 5)*smooth(9, 18, z)
	}
	row := func(x, z float64) float64 { // vines stand in rows that run up the hill
		return math.Pow(.5+.5*math.Cos((x+.18*math.Sin(z*.7)+.12*z)*24), 2.2)
	}
	height := func(x, z float64) float64 {
		h := hill(x, z)
		if z < 9 {
			h += .075 * row(x, z) * (1 + .5*noise(x*55, z*55)) * smooth(9, 7.5, z)
		}
		return h
	}
	c.land(land{horizon: horizon, eye: .35, near: .8, far: 45, height: height, haze: .045, air: air, sun: [3]float64{-.75, .4, .35},
		colour: func(x, z, h, light float64) rgb {
			soil, leaf := rgb{.17, .095, .045}, mix(rgb{.30, .23, .02}, rgb{.26, .065, .012}, smooth(-.35, .5, clouds(x*1.1, z*.9, 3)+.5*noise(x*33, z*33)))
			leaf = mix(leaf, rgb{.09, .13, .015}, smooth(.0, .6, clouds(x*.8+5, z*.8, 3)))
			g := mix(soil, leaf, smooth(.25, .6, row(x, z)+.2*noise(x*80, z*80)))
			if z > 8 {
				wood := smooth(-.2, .3, clouds(x*1.6, z*1.6, 4))
				g = mix(g, mix(rgb{.20, .17, .06}, rgb{.045, .06, .025}, wood), smooth(8, 9.5, z))
			}
			return g.by(.4 * (1 + .35*noise(x*90, z*90))).add(g.times(rgb{2.6, 2, 1.3}).by(light * 1.3))
		}})
	return film{exposure: .9, vignette: .4, grain: .014}
}

// barley is a field before the harvest, close by, against the sun.
func barley(c *canvas) film {
	const horizon = .40
	sun := point{c.wide * .66, .30}
	c.shade(func(x, y float64) rgb {
		d := math.Hypot(x-sun.x, y-sun.y)
		p := mix(rgb{.50, .60, .78}, rgb{1.2, .86, .46}, smooth(0, .45, y))
		return p.add(rgb{2.2, 1.4, .55}.by(math.Exp(-d * 4.5))).add(rgb{4, 3.2, 2}.by(math.Exp(-d * d * 160)))
	})
	c.change(.3, 1, func(x, y float64, was rgb) rgb {
		crest := horizon - .012 - .05*(.5+clouds(x*1.6, 2, 4))
		p := mix(was, rgb{.30, .26, .18}, .75*smooth(crest, crest+.004, y))
		field := rgb{.62, .36, .08}.by(.75 + .3*clouds(x*3/(y-horizon+.15), 3/(y-horizon+.1), 4))
		return mix(p, field, smooth(horizon, horizon+.012, y))
	})
	c.blur(.25, 1, .007)
	stalk := func(x, y, size, soft float64) {
		lean := c.between(-.22, .12)
		tone := mix(rgb{.34, .19, .035}, rgb{1.1, .66, .17}, c.chance()).by(c.between(.35, 1.05))
		top := point{x + lean*size, y - size}
		c.area(plain(tone.by(.62)), 1-soft*.5, taper(point{x, y}, top, size*.010, size*.006))
		// The ear hangs over and has long beards.
		a := lean*1.5 + c.between(-.35, .1)
		for k := range 11 {
			f := float64(k) / 11
			at := point{top.x + math.Sin(a)*size*.30*f, top.y - math.Cos(a)*size*.30*f}
			side := size * .016
			if k%2 == 1 {
				side = -side
			}
			dx, dy := math.Sin(a), -math.Cos(a)
			seed := []point{{at.x, at.y}, {at.x + side, at.y + dy*size*.025}, {at.x + side*.8 + dx*size*.045, at.y + dy*size*.06}, {at.x + dx*size*.05, at.y + dy*size*.05}}
			c.area(plain(tone.by(.85+.4*f)), 1-soft*.4, seed)
			c.area(plain(rgb{1.6, 1.0, .36}), .5-soft*.3, taper(at, point{at.x + dx*size*.36 + side*3.2, at.y + dy*size*.34}, size*.004, 0))
		}
	}
	for i := range 2600 { // from the back to the front; what is near is out of focus
		f := float64(i) / 2600
		y := horizon + .05 + .75*math.Pow(f, 1.35)
		stalk(c.between(-.1, c.wide+.1), y+.12*f, .05+.30*math.Pow(f, 1.4), 0)
		if i == 900 {
			c.blur(.2, 1, .003)
		}
	}
	for range 26 {
		stalk(c.between(-.1, c.wide+.1), 1.25, c.between(.66, .8), .4)
	}
	c.blur(.80, 1, .004)
	c.glow(sun, rgb{.5, .3, .1}, .5, .35)
	return film{exposure: .6, vignette: .5, grain: .014}
}
