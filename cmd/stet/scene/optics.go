package scene

import "math"

// focal is how long the lens is: a thing as high as it is far away fills the
// canvas this many times.
const focal = 1.2

// water lies under the horizon and mirrors what is painted above it. Its waves
// are high, its depth has a colour, and foam, from 0 to 1, stands on its crests.
type water struct {
	horizon, bottom float64
	waves, length   float64
	deep, foam      rgb
	foaming         float64
}

func (c *canvas) water(w water) {
	if w.bottom == 0 {
		w.bottom = 1
	}
	c.change(w.horizon, w.bottom, func(x, y float64, _ rgb) rgb {
		t := max(y-w.horizon, 1e-4)
		z := focal / t
		at := point{(x - c.wide/2) * z / focal / w.length, z / w.length}
		foot := z * z / focal / float64(c.h) / w.length // of a pixel, on the water
		var high, sx, sz float64
		part, f := 1.0, 1.0
		for range 5 {
			clear := 1 - smooth(.25, 1.6, foot*f)
			if clear <= 0 {
				break
			}
			const e = .12
			n := noise(at.x*f, at.y*f*1.4)
			sx += clear * (noise(at.x*f+e, at.y*f*1.4) - n) / e * .8
			sz += clear * (noise(at.x*f, at.y*f*1.4+e) - n) / e
			high += clear * part * n
			part *= .55
			f *= 2.1
			at = point{at.x*.94 + at.y*.34 + 7.1, at.y*.94 - at.x*.34 + 3.3}
		}
		sx, sz = sx*w.waves, sz*w.waves
		mirror := c.between4((x+sx*.10)*float64(c.h), (w.horizon-max(t*.95+math.Abs(sz)*.35, .002))*float64(c.h))
		view := clamp(t/math.Hypot(t, focal) + sz*.35)
		fresnel := .03 + .97*math.Pow(1-view, 4.2)
		light := mix(w.deep.by(1+.6*sz), mirror, fresnel)
		if w.foaming > 0 {
			crest := smooth(.62-.5*w.foaming, 1.0, high+.25*clouds(at.x*3, at.y*3, 3))
			light = mix(light, w.foam, crest*.85)
		}
		return light
	})
}

// land is seen from a height over it, and fades into the air.
type land struct {
	horizon, eye float64 // where it is on the canvas, how high over 0
	near, far    float64
	height       func(x, z float64) float64
	colour       func(x, z, height, light float64) rgb
	sun          [3]float64 // where it stands: right, up, behind
	air          func(x, y float64) rgb
	haze         float64 // of the air over a distance of 1
}

func (c *canvas) land(l land) {
	n := math.Sqrt(l.sun[0]*l.sun[0] + l.sun[1]*l.sun[1] + l.sun[2]*l.sun[2])
	lowest := make([]int, c.w)
	for x := range lowest {
		lowest[x] = c.h
	}
	step := 1 + 1.6/float64(c.h)
	for px := range c.w {
		x := (float64(px) + .5) / float64(c.h)
		for z := l.near; z < l.far && lowest[px] > 0; z = z*step + .0005 {
			wx := (x - c.wide/2) * z / focal
			h := l.height(wx, z)
			py := int((l.horizon - focal*(h-l.eye)/z) * float64(c.h))
			if py >= lowest[px] {
				continue
			}
			e := .0015*z + .0008
			dx, dz := (l.height(wx+e, z)-h)/e, (l.height(wx, z+e)-h)/e
			light := clamp((-dx*l.sun[0] + l.sun[1] - dz*l.sun[2]) / math.Sqrt(1+dx*dx+dz*dz) / n)
			clear := math.Exp(-z * l.haze)
			colour := l.colour(wx, z, h, light)
			for y := max(py, 0); y < lowest[px]; y++ {
				fy := (float64(y) + .5) / float64(c.h)
				c.pix[y*c.w+px] = mix(l.air(x, fy), colour, clear)
			}
			lowest[px] = max(py, 0)
		}
	}
	// What stands before something else has no hard edge in a lens.
	c.blur(0, 1, .0006)
}

// overcast is a sky of clouds in perspective.
func overcast(c *canvas, horizon float64, low, dark, light rgb, seed, cover float64) func(x, y float64) rgb {
	return func(x, y float64) rgb {
		up := max(horizon-y, 0) + .07
		u, v := (x-c.wide/2)/up*.45+seed, 1/up*.5
		n := clouds(u, v, 6) + .45*clouds(u*.4+9, v*.4, 3)
		cloud := mix(light, dark, smooth(-.55, .75, n+cover))
		return mix(low, cloud, smooth(.0, .22, horizon-y))
	}
}
