package scene

import "math"

// stars are the sky over the observatory, exposed for long.
func stars(c *canvas) film {
	band := func(x, y float64) (along, off float64) {
		const sin, cos = .5736, .8192
		dx, dy := x-c.wide*.56, y-.42
		return dx*sin - dy*cos, dx*cos + dy*sin
	}
	c.shade(func(x, y float64) rgb {
		along, off := band(x, y)
		p := mix(rgb{.006, .010, .026}, rgb{.05, .052, .05}, smooth(.2, .95, y))
		p = p.add(rgb{.10, .045, .012}.by(smooth(.66, .93, y) * bell(x-c.wide*.16, .5)))
		dust := smooth(-.05, .5, clouds(along*3+2, off*7, 6)+.55*bell(off-.02, .05))
		milk := bell(off, .17)*(.65+.5*clouds(along*2.4, off*4+7, 5)) + .7*bell(off, .07)*bell(along+.15, .45)
		p = p.add(mix(rgb{.075, .08, .105}, rgb{.16, .115, .075}, bell(along+.15, .4)).by(max(milk, 0) * (1 - .75*dust*bell(off, .13))))
		return p
	})
	for range 9000 {
		p := point{c.between(0, c.wide), c.between(0, .9)}
		_, off := band(p.x, p.y)
		if c.chance() > .35+.65*bell(off, .2) {
			continue
		}
		bright := math.Pow(c.chance(), 22)
		tint := mix(rgb{1, .78, .55}, rgb{.65, .80, 1.1}, c.chance())
		c.area(plain(tint.by(.35+5*bright)), 1, circle(p, .00045+.0010*bright))
		if bright > .6 {
			c.glow(p, tint.by(.12*bright), .003, .003)
		}
	}
	hill := func(x, y float64) rgb { return rgb{.006, .007, .010}.by(.7 + .9*ridges(x*12, y*18, 5)) }
	ridge := []point{{-.1, 1.1}}
	for i := range 120 {
		x := -.1 + (c.wide+.2)*float64(i)/119
		ridge = append(ridge, point{x, .93 - .12*bell(x-c.wide*.36, .55) - .03*clouds(x*3, 5, 6)})
	}
	c.area(hill, 1, append(ridge, point{c.wide + .1, 1.1}))
	for _, d := range []struct {
		x, y, r float64
		open    bool
	}{{c.wide * .34, .80, .115, true}, {c.wide * .56, .865, .055, false}} {
		metal := func(x, y float64) rgb {
			s := (x - d.x) / d.r
			return rgb{.055, .058, .066}.by(.25 + .9*math.Exp(-(s+.75)*(s+.75)*2.2) + .25*math.Exp(-(s-.9)*(s-.9)*6))
		}
		var dome []point
		for i := range 41 {
			sin, cos := math.Sincos(math.Pi * float64(i) / 40)
			dome = append(dome, point{d.x - cos*d.r, d.y - sin*d.r})
		}
		c.area(metal, 1, dome, box(d.x-d.r*.97, d.y-.001, d.x+d.r*.97, d.y+d.r*.75))
		c.area(plain(rgb{.012, .012, .015}), 1, box(d.x-d.r*1.03, d.y-.004, d.x+d.r*1.03, d.y+.004))
		for i := -3; i <= 3; i++ {
			c.area(plain(rgb{.01, .01, .012}), .5, line(point{d.x + d.r*.28*float64(i), d.y}, point{d.x + d.r*.06*float64(i), d.y - d.r*.97}, .0012))
		}
		if d.open { // red light, which does not blind
			slit := []point{{d.x + d.r*.12, d.y - d.r*.12}, {d.x + d.r*.10, d.y - d.r*.99}, {d.x + d.r*.40, d.y - d.r*.92}, {d.x + d.r*.46, d.y - d.r*.12}}
			c.area(func(_, y float64) rgb { return mix(rgb{.9, .10, .03}, rgb{.08, .012, .012}, smooth(d.y, d.y-d.r, y)) }, 1, slit)
			c.area(plain(rgb{.006, .006, .008}), 1, line(point{d.x + d.r*.2, d.y - d.r*.1}, point{d.x + d.r*.33, d.y - d.r*.98}, d.r*.12))
			c.area(plain(rgb{1.6, .16, .05}), 1, box(d.x-d.r*.62, d.y+d.r*.36, d.x-d.r*.44, d.y+d.r*.72))
			c.glow(point{d.x + d.r*.3, d.y - d.r*.3}, rgb{.11, .012, .006}, .12, .12)
		}
	}
	return film{exposure: 2.1, vignette: .5, grain: .03}
}

// galaxy is the telescope's first picture.
func galaxy(c *canvas) film {
	middle := point{c.wide * .52, .49}
	c.shade(func(x, y float64) rgb {
		dx, dy := x-middle.x, y-middle.y
		dx, dy = dx*.88+dy*.47, (dy*.88-dx*.47)*1.75
		r, a := math.Hypot(dx, dy), math.Atan2(dy, dx)
		n := clouds(x*9, y*9, 6)
		wind := a*2 + math.Log(r+.015)*5.6 + 1.1*n
		arm := math.Pow(.5+.5*math.Cos(wind), 1.7)
		disc := math.Exp(-r * 6.2)
		blue := rgb{.34, .46, .85}.by(disc * (.16 + 1.5*arm*(.65+.7*n)))
		lane := smooth(.45, 1, .5+.5*math.Cos(wind+1.15)) * smooth(-.2, .5, clouds(x*22, y*22, 5)+.2) * smooth(.03, .10, r)
		p := blue.by(1 - .72*lane)
		if knots := smooth(.30, .55, clouds(x*38, y*38, 3)); knots > 0 {
			p = p.add(rgb{1.1, .22, .34}.by(knots * arm * disc * 1.3))
		}
		p = p.add(rgb{1.5, 1.06, .60}.by(1.1*math.Exp(-r*27) + .30*math.Exp(-r*9)*(1-.6*lane)))
		return p.add(rgb{.004, .005, .008})
	})
	for range 900 {
		bright := math.Pow(c.chance(), 60)
		p, tint := point{c.between(0, c.wide), c.between(0, 1)}, mix(rgb{1, .7, .45}, rgb{.7, .82, 1.1}, c.chance())
		c.area(plain(tint.by(.16+4*bright)), 1, circle(p, .0007+.0028*bright))
		if bright > .45 {
			c.glow(p, tint.by(.16), .008, .008)
			for _, d := range []point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				c.area(plain(tint.by(.8)), .55, taper(p, point{p.x + d.x*.05*bright, p.y + d.y*.05*bright}, .0015, 0))
			}
		}
	}
	// And a moth on the window of the camera.
	wing := func(s float64, far []point) {
		for i := range far {
			far[i] = point{.165 + s*far[i].x, .875 + far[i].y}
		}
		c.area(func(x, y float64) rgb { return grey(.030 + .014*clouds(x*40, y*40, 3)) }, .8, far)
	}
	for _, s := range []float64{1, -1} {
		wing(s, []point{{0, -.02}, {.05, -.075}, {.13, -.085}, {.14, -.05}, {.09, -.005}, {0, .01}})
		wing(s, []point{{0, -.005}, {.085, .0}, {.105, .04}, {.06, .075}, {.01, .04}})
	}
	c.area(plain(grey(.012)), .85, oval(point{.165, .88}, .012, .055))
	c.blur(.74, 1, .0035)
	return film{exposure: 1.5, vignette: .35, grain: .03}
}

// stadium is full, under floodlights.
func stadium(c *canvas) film {
	const near, far = .50, .435 // the rims of the pitch
	c.shade(func(x, y float64) rgb {
		return mix(rgb{.008, .012, .03}, rgb{.05, .06, .085}, smooth(0, .3, y)).by(1 + .2*clouds(x*2, y*4, 4))
	})
	// Stands: rows of people, who wear the club's white and blue.
	c.change(.15, .47, func(x, y float64, was rgb) rgb {
		roof := .19 + .016*math.Pow((x-c.wide/2)/c.wide*2, 2)
		if y < roof {
			return was
		}
		if y < roof+.018 {
			return rgb{.05, .055, .065}
		}
		row := math.Floor(y * 210)
		seat := math.Floor(x*210 + scramble(int(row), 1)*3)
		k := scramble(int(seat), int(row))
		who := []rgb{{.55, .56, .60}, {.06, .14, .42}, {.04, .05, .07}, {.22, .17, .14}, {.50, .06, .05}}[int(k*k*4.99)]
		face := scramble(int(seat)+99, int(row))
		v, u := y*210-row, x*210+scramble(int(row), 1)*3-seat
		p := who.by(.25 + .75*scramble(int(seat), int(row)+500))
		if math.Hypot(u-.5, v-.28) < .24 && face > .1 {
			p = rgb{.42, .28, .20}.by(.4 + .6*face)
		}
		p = p.by(smooth(roof+.01, roof+.12, y)*.75 + .25)
		if math.Abs(math.Mod(x+.02*y+10, .42)-.21) < .006 || math.Abs(y-.325) < .008 {
			p = grey(.16)
		}
		return p
	})
	c.blur(.14, .47, .0011)
	c.change(.42, 1, func(x, y float64, was rgb) rgb {
		if y < far+.004 {
			return was
		}
		if y < .47 { // boards
			seg := math.Floor((x + 10) / .34)
			ad := []rgb{{.04, .12, .42}, {.62, .62, .60}, {.50, .05, .05}, {.05, .05, .06}}[int(scramble(int(seg), 2)*4)]
			if f := math.Mod(x+10, .34); f > .05 && f < .29 && scramble(int(math.Mod(x*210+5000, 5000)), int(seg)) > .42 && y > far+.012 && y < .460 {
				ad = mix(ad, rgb{.8, .8, .8}, .7)
			}
			return ad
		}
		z := .62 / (y - .36)
		wx := (x - c.wide/2) * z
		stripe := math.Mod(math.Floor(z*2.2), 2)
		g := rgb{.055, .165, .035}.by(.85 + .28*stripe)
		g = g.by(.86 + .26*clouds(wx*26, z*26, 3)*smooth(6, 1, z) + .22*noise(x*420, y*300))
		chalk := math.Abs(z-4.9) < .022*z || math.Abs(wx) < .006*z && z < 4.9 || math.Abs(math.Hypot(wx, (z-1.25)*1.0)-1.05) < .010*z
		if chalk {
			g = mix(g, rgb{.8, .82, .78}, .85)
		}
		return g.by(.75 + .5*bell(x-c.wide/2, c.wide*.55))
	})
	// Players, in two colours, and their four shadows.
	for i := range 15 {
		y := .50 + .30*math.Pow(scramble(i, 61), 1.3)
		x := c.wide * (.06 + .88*scramble(i, 62))
		s := (y - .36) * .34
		shirt, legs := rgb{.78, .80, .84}, rgb{.05, .10, .34}
		if i%2 == 1 {
			shirt, legs = rgb{.55, .05, .04}, rgb{.04, .04, .05}
		}
		if i == 0 {
			shirt, legs = rgb{.75, .68, .04}, grey(.03)
		}
		for _, d := range []point{{.7, .12}, {-.7, .12}, {.5, -.06}, {-.5, -.06}} {
			c.area(plain(rgb{.008, .02, .006}), .45, taper(point{x, y}, point{x + d.x*s, y + d.y*s}, s*.13, s*.05))
		}
		stride := s * (.05 + .17*scramble(i, 63))
		lean := s * (scramble(i, 64) - .5) * .22
		skin := rgb{.38, .25, .17}
		hip, neck := point{x, y - s*.46}, point{x + lean, y - s*.84}
		c.area(plain(skin), 1, taper(point{x - s*.03, y - s*.26}, point{x - stride, y}, s*.085, s*.06), taper(point{x + s*.03, y - s*.26}, point{x + stride, y - s*.07}, s*.085, s*.06))
		c.area(plain(legs), 1, taper(hip, point{x - stride*.6, y - s*.22}, s*.15, s*.10), taper(hip, point{x + stride*.6, y - s*.24}, s*.15, s*.10))
		c.area(plain(shirt), 1, taper(hip, neck, s*.17, s*.26), taper(neck, point{neck.x - s*.24, neck.y + s*.22}, s*.10, s*.06), taper(neck, point{neck.x + s*.22, neck.y + s*.26}, s*.10, s*.06))
		c.area(plain(skin), 1, oval(point{neck.x + lean*.2, neck.y - s*.10}, s*.065, s*.085))
		c.area(plain(grey(.02)), 1, oval(point{neck.x + lean*.2, neck.y - s*.14}, s*.066, s*.05))
	}
	c.area(plain(grey(.9)), 1, circle(point{c.wide * .47, .70}, .0075))
	for _, x := range []float64{.09, .36, .64, .91} { // floodlights
		x *= c.wide
		c.area(plain(grey(.03)), 1, line(point{x, .10}, point{x, .20}, .006))
		for i := range 6 {
			for j := range 3 {
				c.area(plain(rgb{11, 11.5, 12}), 1, circle(point{x + .017*(float64(i)-2.5), .055 + .018*float64(j)}, .0062))
			}
		}
		c.glow(point{x, .075}, rgb{.75, .85, 1.0}, .085, .06)
		c.glow(point{x, .075}, rgb{.16, .19, .25}, .30, .26)
	}
	c.bloom(1.3, .03, .25)
	return film{exposure: 1.5, vignette: .35, grain: .024}
}

// tram is a street in the rain, seen through the window of a tram.
func tram(c *canvas) film {
	c.shade(func(x, y float64) rgb {
		p := mix(rgb{.010, .014, .030}, rgb{.04, .035, .045}, smooth(.1, .6, y))
		return p.by(.8 + .5*clouds(x*1.5, y*1.2, 3))
	})
	disc := func(at point, r float64, light rgb) {
		c.area(func(x, y float64) rgb {
			return c.between4(x*float64(c.h), y*float64(c.h)).add(light.by(.75 + .55*smooth(.6*r, r, math.Hypot(x-at.x, y-at.y))))
		}, 1, circle(at, r))
	}
	for i := range 120 {
		at := point{c.between(-.05, c.wide+.05), .20 + .52*math.Pow(c.chance(), .8)}
		light := []rgb{{.50, .26, .07}, {.55, .32, .10}, {.34, .34, .30}, {.62, .05, .03}, {.08, .36, .20}, {.10, .18, .5}}[int(c.chance()*c.chance()*6)]
		disc(at, c.between(.014, .052), light.by(c.between(.12, .75)))
		if i%3 == 0 { // and in the wet road
			c.glow(point{at.x, 1.34 - at.y*.72}, light.by(.28), .03, .11)
		}
	}
	for i := range 5 { // two cars that come
		x := c.wide * (.22 + .12*float64(i))
		disc(point{x, .66}, .058, rgb{.8, .74, .6}.by(.8))
	}
	c.blur(0, 1, .005)
	before := newCanvas(c.w, c.h)
	copy(before.pix, c.pix)
	// Drops turn upside down what is behind them.
	drop := func(at point, rx, ry float64) {
		c.area(func(x, y float64) rgb {
			dx, dy := (x-at.x)/rx, (y-at.y)/ry
			d := min(math.Hypot(dx, dy), 1)
			behind := before.between4((at.x-dx*.28)*float64(c.h), (at.y-dy*.30+.04)*float64(c.h))
			p := behind.by(1.25 - .95*math.Pow(d, 3)).add(grey(.02))
			p = p.by(1 - .55*smooth(.1, -1, dy)*d)
			return p.add(rgb{.9, .85, .75}.by(1.1 * bell(math.Hypot(dx+.32, dy+.42), .16)))
		}, 1, oval(at, rx, ry))
	}
	for range 2300 {
		r := .0012 + .0045*math.Pow(c.chance(), 2)
		drop(point{c.between(0, c.wide), c.between(0, 1)}, r, r*c.between(.9, 1.25))
	}
	for range 150 {
		r := c.between(.006, .0155)
		drop(point{c.between(0, c.wide), c.between(0, 1)}, r, r*c.between(1, 1.3))
	}
	for range 17 { // some run down
		x, y, to := c.between(0, c.wide), c.between(-.1, .4), c.between(.5, 1)
		for ; y < to; y += .0035 {
			x += c.between(-.0013, .0013)
			if w := .0035 * (.6 + .5*noise(y*14, x*9)); w > .0014 {
				drop(point{x, y}, w, .0045)
			}
		}
		drop(point{x, y}, .0105, .0145)
	}
	return film{exposure: 1.75, vignette: .5, grain: .026}
}

// train is the night train in the blue hour, from the side.
func train(c *canvas) film {
	const rail = .80
	c.shade(func(x, y float64) rgb {
		p := mix(rgb{.025, .055, .16}, rgb{.26, .26, .36}, smooth(0, .6, y))
		p = mix(p, rgb{.50, .26, .16}, .7*smooth(.35, .68, y)*bell(x-c.wide*.75, 1.1))
		return mix(p, rgb{.10, .10, .16}, .6*smooth(-.05, .5, clouds(x*.9, y*4, 6))*smooth(.65, .2, y))
	})
	for i := range 3 {
		f := float64(i)
		c.change(.3, .9, func(x, y float64, was rgb) rgb {
			crest := .60 + .045*f - (.20-.055*f)*(.45+clouds(x*(.55+.4*f)+7*f, f, 6))
			return mix(was, mix(rgb{.085, .10, .16}, rgb{.012, .016, .022}, f/2), smooth(crest, crest+.004, y)*.95)
		})
	}
	c.change(.70, 1, func(x, y float64, was rgb) rgb {
		g := mix(rgb{.012, .014, .012}, rgb{.045, .042, .038}, smooth(-.4, .6, clouds(x*7, y*30, 4)+.6*noise(x*190, y*190)))
		return mix(was, g, smooth(.715, .73, y))
	})
	top := .44
	for i := range 6 {
		from := .12 + .775*float64(i)
		to := from + .755
		side := func(x, y float64) rgb {
			p := rgb{.030, .052, .105}
			if y > .652 && y < .668 {
				p = rgb{.42, .36, .22}
			}
			return p.by(.35 + .9*bell(y-.50, .13) + .10*clouds(x*9, y*50, 3))
		}
		body := []point{{from, .735}, {from, top + .03}, {from + .012, top + .008}, {from + .04, top}, {to - .04, top}, {to - .012, top + .008}, {to, top + .03}, {to, .735}}
		c.area(side, 1, body)
		c.area(plain(rgb{.02, .025, .035}), 1, box(from+.02, top-.008, to-.02, top+.012))
		if i == 0 { // the engine
			c.area(plain(rgb{.10, .018, .014}), 1, []point{{from, .735}, {from - .03, .70}, {from - .02, .56}, {from + .05, top}, {to - .01, top}, {to - .01, .735}})
			c.area(plain(rgb{.5, .44, .28}), 1, box(from-.025, .655, to-.01, .668))
			c.area(plain(rgb{.7, .6, .4}), .8, []point{{from + .005, .575}, {from + .055, .475}, {from + .10, .475}, {from + .10, .575}})
			for k := range 9 {
				c.area(plain(rgb{.012, .012, .014}), 1, box(from+.22+.05*float64(k), .50, from+.255+.05*float64(k), .60))
			}
			c.area(plain(rgb{9, 8.5, 7}), 1, circle(point{from - .022, .69}, .010))
			c.glow(point{from - .03, .69}, rgb{1.1, .9, .6}, .10, .05)
			c.glow(point{from - .35, .76}, rgb{.20, .16, .09}, .32, .035)
		} else {
			for k := range 10 {
				x := from + .045 + .068*float64(k)
				glass, lit := rgb{1.5, .92, .40}, scramble(i, k)
				if lit < .30 {
					glass = rgb{.035, .04, .055}
				} else if lit < .45 {
					glass = rgb{.35, .20, .09}
				}
				c.area(func(px, y float64) rgb { return glass.by(.7 + .45*smooth(.60, .50, y) + .1*noise(px*80, y*40)) }, 1, box(x, .505, x+.046, .608))
				if lit > .45 && scramble(i, k+50) > .55 { // somebody looks out
					hx := x + .012 + .022*scramble(i, k+70)
					c.area(plain(rgb{.05, .03, .02}), .95, oval(point{hx, .565}, .0085, .012), oval(point{hx, .606}, .018, .028))
				}
				if lit > .3 && scramble(i, k+90) > .7 {
					c.area(plain(rgb{.5, .16, .08}), .9, box(x, .505, x+.012, .608))
				}
				c.area(plain(rgb{.02, .03, .05}), 1, box(x, .538, x+.046, .541))
			}
			c.area(plain(rgb{.018, .03, .06}), 1, box(from+.008, .49, from+.034, .725), box(to-.034, .49, to-.008, .725))
		}
		c.area(plain(rgb{.008, .008, .010}), 1, box(from+.01, .735, to-.01, .752))
		for _, wheel := range []float64{.09, .165, .59, .665} {
			c.area(plain(rgb{.010, .010, .012}), 1, circle(point{from + wheel, .772}, .030), box(from+wheel-.05, .745, from+wheel+.05, .765))
			c.area(plain(rgb{.05, .05, .055}), .8, circle(point{from + wheel, .772}, .011))
		}
		if i > 0 {
			c.glow(point{from + .38, .80}, rgb{.10, .06, .022}, .34, .035)
		}
	}
	c.area(plain(rgb{.12, .12, .14}), 1, box(0, rail, c.wide, rail+.006))
	for x := .0; x < c.wide; x += .6 { // poles and wires
		c.area(plain(rgb{.012, .012, .016}), 1, line(point{x + .3, .84}, point{x + .3, .25}, .010), line(point{x + .3, .29}, point{x + .12, .29}, .005))
	}
	c.area(plain(rgb{.02, .02, .026}), .9, line(point{0, .33}, point{c.wide, .33}, .0022), line(point{0, .292}, point{c.wide, .292}, .0018))
	c.bloom(.9, .012, .20)
	return film{exposure: 1.45, vignette: .3, grain: .022}
}
