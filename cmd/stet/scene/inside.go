package scene

import "math"

// curtain is the stage before the play, from the stalls.
func curtain(c *canvas) film {
	const edge = .72
	fold := func(x, y float64) (h, slope float64) {
		swing := x + .012*noise(x*3, y*2.5) + .006*y*noise(x*7, 4)
		f := func(v float64) float64 {
			return math.Sin(v*52+2.2*noise(v*5, 1)) + .45*math.Sin(v*113+2*noise(v*9, 7)) + .2*noise(v*40, y*2)
		}
		return f(swing), (f(swing+.002) - f(swing)) / .002 / 60
	}
	spot := func(x, y float64) float64 {
		return .10 + 1.15*bell(x-c.wide*.5, .52)*bell(y-.60, .40) + .35*bell(x-c.wide*.27, .25)*bell(y-.5, .5) + .35*bell(x-c.wide*.73, .25)*bell(y-.5, .5)
	}
	c.shade(func(x, y float64) rgb {
		h, slope := fold(x, y)
		light := clamp(.42 - .50*slope + .18*h)
		velvet := rgb{.30, .010, .014}.by(.06 + 1.25*light).add(rgb{.85, .16, .13}.by(.55 * math.Pow(clamp(.5-.5*slope), 6)))
		velvet = velvet.by(.9 + .18*noise(x*300, y*40))
		if y > edge-.045 { // the border, in gold
			velvet = rgb{.50, .27, .06}.by(.10 + 1.1*light + .35*noise(x*260, 3)*smooth(edge-.02, edge, y))
		}
		return velvet.by(spot(x, y))
	})
	// The valance hangs in swags.
	c.change(0, .26, func(x, y float64, was rgb) rgb {
		u := math.Mod(x+10, .40) / .40
		low := .085 + .105*math.Sin(math.Pi*u)
		if y > low {
			return was.by(1 - .7*smooth(low+.05, low, y))
		}
		drape := math.Sin((y/low)*26 + 1.5*noise(x*8, y*8))
		p := rgb{.34, .012, .016}.by(.20 + .50*clamp(.5+.5*drape))
		if y > low-.018 {
			p = rgb{.5, .28, .07}.by(.4 + .5*scramble(int(x*700), 2))
		}
		return p.by(.25 + .75*bell(x-c.wide*.5, .8))
	})
	c.change(edge, 1, func(x, y float64, _ rgb) rgb { // the boards of the stage mirror it
		z := .3 / (y - edge + .10)
		board := math.Floor((x - c.wide/2) * z * 16)
		wood := rgb{.17, .085, .034}.by(.65 + .5*scramble(int(board), 3) + .22*clouds((x-c.wide/2)*z*60, z*3, 4))
		if f := (x-c.wide/2)*z*16 - board; f < .05 {
			wood = wood.by(.3)
		}
		m := c.between4((x+.01*noise(x*20, y*60))*float64(c.h), (2*edge-y-.003)*float64(c.h))
		light := .08 + 1.25*bell(x-c.wide*.5, .60)*bell(y-.76, .14)
		return wood.by(light * 1.5).add(m.by(.22 * smooth(.90, edge, y)))
	})
	c.change(.855, 1, func(_, y float64, was rgb) rgb { return mix(was, rgb{.012, .006, .006}, smooth(.855, .868, y)) })
	c.blur(.80, 1, .003)
	for row := range 2 { // heads in the stalls
		y := .93 + .085*float64(row)
		for i := range 21 {
			x := c.wide*float64(i)/20 + .04*float64(row) + .028*(scramble(i, row+3)-.5)
			s := .034 + .012*float64(row) + .006*scramble(i, row+8)
			dy := .02 * scramble(i, row+20)
			rim := func(px, py float64) rgb {
				d := math.Hypot((px-x)/s, (py-y-dy)/(s*1.2))
				return rgb{.007, .004, .004}.add(rgb{.26, .05, .035}.by(.6 * smooth(.82, 1.0, d) * smooth(y+dy, y+dy-s, py) * bell(px-c.wide*.5, .9)))
			}
			c.area(rim, 1, oval(point{x, y + dy}, s, s*1.2))
			c.area(plain(rgb{.006, .004, .004}), 1, oval(point{x, y + dy + s*2.6}, s*2.1, s*1.7))
		}
	}
	c.bloom(.8, .02, .2)
	return film{exposure: 1.7, vignette: .45, grain: .024}
}

// library is a reading room at night.
func library(c *canvas) film {
	c.shade(func(x, y float64) rgb { return rgb{.03, .018, .010} })
	wood := func(x, y float64) rgb { return rgb{.11, .055, .022}.by(.7 + .4*clouds(x*4, y*90, 4)) }
	const rows = 7
	for row := range rows {
		top := float64(row)*.118 - .02
		foot := top + .105
		for x := -.02; x < c.wide; {
			w := c.between(.010, .030)
			if c.chance() < .035 {
				x += c.between(.02, .05) // one is lent
				continue
			}
			h := c.between(.070, .094)
			cloth := []rgb{{.16, .028, .022}, {.030, .055, .038}, {.034, .044, .085}, {.19, .13, .055}, {.075, .042, .022}, {.30, .26, .19}, {.03, .028, .028}, {.13, .07, .03}}[int(c.chance()*8)].by(c.between(.6, 1.3))
			lean := 0.0
			if c.chance() < .05 {
				lean = c.between(-.012, .012)
			}
			from := x
			spine := func(px, y float64) rgb {
				u := (px - from) / w
				return cloth.by((.45 + .75*math.Sin(math.Pi*clamp(u))) * (.85 + .22*noise(px*420, y*90)))
			}
			c.area(spine, 1, []point{{x + lean, foot - h}, {x + w*.94 + lean, foot - h}, {x + w*.94, foot}, {x, foot}})
			if gold := c.chance(); gold > .35 {
				for _, at := range []float64{.16, .22, .80} {
					c.area(plain(rgb{.46, .30, .10}), .75, box(x+w*.08+lean*(1-at), foot-h+h*at, x+w*.86+lean*(1-at), foot-h+h*at+.0022))
				}
				if gold > .6 && w > .016 {
					c.area(plain(rgb{.42, .32, .16}), .6, box(x+w*.25, foot-h*.68, x+w*.68, foot-h*.45))
				}
			}
			x += w
		}
		c.area(wood, 1, box(0, foot, c.wide, foot+.016))
		c.change(foot+.016, foot+.05, func(_, y float64, was rgb) rgb { return was.by(.35 + .65*smooth(foot+.016, foot+.05, y)) })
	}
	for _, x := range []float64{.02, .5, .98} {
		c.area(wood, 1, box(x*c.wide-.014, 0, x*c.wide+.014, .82))
	}
	lamps := []point{{c.wide * .20, .655}, {c.wide * .68, .64}}
	c.change(0, 1, func(x, y float64, was rgb) rgb { // it is lit by the lamps on the tables
		light := .10
		for _, l := range lamps {
			light += 1.25 / (1 + 20*(math.Pow(x-l.x, 2)+math.Pow((y-l.y)*1.1, 2)))
		}
		return was.times(rgb{1.25, .95, .62}).by(light)
	})
	c.blur(0, 1, .0028)
	c.change(.80, 1, func(x, y float64, was rgb) rgb { // the table
		grain := rgb{.15, .066, .026}.by(.75 + .35*clouds(x*3, y*50, 5))
		light := .06
		for _, l := range lamps {
			light += 1.5 * bell(x-l.x, .34) * bell(y-.86, .13)
		}
		m := c.between4(x*float64(c.h), (1.60-y)*float64(c.h))
		return mix(was, grain.by(light*1.5).add(m.by(.12)), smooth(.80, .806, y))
	})
	for i, l := range lamps {
		brass := func(x, y float64) rgb { return rgb{.40, .25, .07}.by(.3 + .9*bell(x-l.x+.004, .005)) }
		c.area(brass, 1, line(point{l.x, l.y}, point{l.x, .845}, .010), oval(point{l.x, .850}, .048, .012))
		shade := []point{{l.x - .085, l.y + .035}, {l.x - .068, l.y - .012}, {l.x - .04, l.y - .03}, {l.x + .04, l.y - .03}, {l.x + .068, l.y - .012}, {l.x + .085, l.y + .035}}
		c.area(func(x, y float64) rgb {
			return rgb{.05, .42, .17}.by(.35 + 2.1*smooth(l.y-.03, l.y+.035, y)*bell(x-l.x, .09)).add(rgb{.5, .6, .4}.by(.5 * bell(x-l.x+.035, .014) * bell(y-l.y+.006, .016)))
		}, 1, shade)
		c.area(plain(rgb{5, 3.9, 2.0}), 1, oval(point{l.x, l.y + .035}, .079, .006))
		c.glow(point{l.x, l.y + .05}, rgb{.42, .27, .10}, .10, .075)
		// A book lies open under it, and somebody's notes.
		bx := l.x + .17 - .05*float64(i)
		for _, s := range []float64{-1, 1} {
			page := []point{{bx, .895}, {bx + s*.05, .880}, {bx + s*.15, .890}, {bx + s*.185, .955}, {bx + s*.06, .945}, {bx, .965}}
			c.area(func(x, y float64) rgb {
				text := 0.0
				if math.Abs(x-bx) > .022 && math.Abs(x-bx) < .145 && math.Mod((y-.02*math.Abs(x-bx))*170, 1) < .42 && scramble(int(x*190), int(y*170)) > .2 {
					text = .55
				}
				return rgb{.85, .74, .54}.by((1.0 - .45*bell(x-bx, .02) - text*smooth(.89, .9, y)*smooth(.955, .945, y)) * (.35 + 1.1*bell(x-l.x, .30)))
			}, 1, page)
		}
	}
	c.bloom(1.0, .03, .22)
	return film{exposure: 1.75, vignette: .5, grain: .022}
}

// bridge crosses the river in the mist of a morning.
func bridge(c *canvas) film {
	const horizon = .66
	sun := point{c.wide * .30, .47}
	c.shade(func(x, y float64) rgb {
		d := math.Hypot(x-sun.x, (y-sun.y)*1.15)
		p := mix(rgb{.24, .37, .55}, rgb{.90, .66, .46}, smooth(.0, .62, y))
		return p.add(rgb{1.0, .60, .26}.by(.6*math.Exp(-d*3.2) + 3*math.Exp(-d*d*900))).by(.94 + .14*clouds(x*1.3, y*6, 5))
	})
	for i := range 4 {
		f := float64(i)
		c.change(.2, horizon+.01, func(x, y float64, was rgb) rgb {
			crest := horizon - .01 - (.27-.075*f)*(.35+.9*(clouds(x*(.6+.35*f)+6*f, f, 6)+.25))*smooth(-.2, .9, math.Abs(x-c.wide*.42)+.15)
			mist := rgb{.85, .66, .50}
			tone := mix(mix(rgb{.50, .44, .44}, mist, .35), rgb{.17, .16, .17}, f/3)
			return mix(was, mix(tone, mist, .75*smooth(crest, horizon, y)), smooth(crest, crest+.003, y))
		})
	}
	// Two towers and their stays.
	ink := func(depth float64) func(x, y float64) rgb {
		return func(x, y float64) rgb {
			return mix(rgb{.055, .05, .055}, rgb{.80, .60, .44}, clamp(depth+.42*smooth(.52, horizon, y)))
		}
	}
	deck := func(x float64) float64 { return .570 - .030*bell(x-c.wide*.5, 1.0) }
	for _, tower := range []struct{ x, depth float64 }{{c.wide * .70, .02}, {c.wide * .31, .20}} {
		col := ink(tower.depth)
		top := .13 + .06*tower.depth/.2
		c.area(col, 1, []point{{tower.x - .008, top}, {tower.x + .008, top}, {tower.x + .014, top + .13}, {tower.x + .050, deck(tower.x) + .005}, {tower.x + .034, horizon + .005}, {tower.x + .020, horizon + .005}, {tower.x + .032, deck(tower.x)}, {tower.x, top + .18},
			{tower.x - .032, deck(tower.x)}, {tower.x - .020, horizon + .005}, {tower.x - .034, horizon + .005}, {tower.x - .050, deck(tower.x) + .005}, {tower.x - .014, top + .13}})
		for k := 1; k <= 13; k++ {
			for _, s := range []float64{-1, 1} {
				x := tower.x + s*.0275*float64(k)
				c.area(col, .85, line(point{tower.x, top + .012 + .0075*float64(13-k)}, point{x, deck(x)}, .0014))
			}
		}
	}
	var road []point
	for i := range 60 {
		x := -.05 + (c.wide+.1)*float64(i)/59
		road = append(road, point{x, deck(x) - .004})
	}
	for i := 59; i >= 0; i-- {
		x := -.05 + (c.wide+.1)*float64(i)/59
		road = append(road, point{x, deck(x) + .009})
	}
	c.area(ink(.05), 1, road)
	for i := range 60 {
		x := c.wide * float64(i) / 59
		c.area(ink(.08), .8, line(point{x, deck(x)}, point{x, deck(x) - .012}, .0012))
		if i%6 == 2 {
			c.area(ink(.05), 1, box(x-.014, deck(x)-.021, x+.012, deck(x)-.004))
		}
	}
	for _, x := range []float64{.06, .15, .86, .95} {
		c.area(ink(.1), 1, box(x*c.wide-.010, deck(x*c.wide), x*c.wide+.010, horizon+.004))
	}
	c.water(water{horizon: horizon, waves: .055, length: .45, deep: rgb{.04, .05, .055}})
	c.change(.5, .86, func(x, y float64, was rgb) rgb { // mist over the water
		n := smooth(-.25, .5, clouds(x*1.6, y*9, 5)) * bell(y-horizon-.005, .055)
		return mix(was, rgb{.95, .76, .58}, .62*n)
	})
	// Reeds, near and unsharp.
	for range 210 {
		x := c.wide*1.02 - math.Abs(c.between(-.62, .62))*c.chance()
		h := c.between(.10, .30)
		lean := c.between(-.05, .02)
		c.area(plain(rgb{.035, .03, .022}), .93, taper(point{x, 1.02}, point{x + lean, 1.02 - h}, .005, .001))
		if c.chance() < .4 {
			c.area(plain(rgb{.05, .032, .018}), .95, line(point{x + lean*.9, 1.02 - h*.9}, point{x + lean*1.05, 1.02 - h*1.1}, .010))
		}
	}
	c.blur(.72, 1, .0016)
	return film{exposure: .95, vignette: .45, grain: .016}
}
