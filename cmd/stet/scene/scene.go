package scene

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"image/png"
	"maps"
	"math"
	"slices"
)

// scenes are what can be painted, in pixels.
var scenes = map[string]struct {
	width, height int
	see           bool // through, where nothing is painted
	paint         func(*canvas) film
}{
	"storm":       {2400, 1600, false, storm},
	"valley":      {2400, 1600, false, valley},
	"flood":       {2400, 1600, false, flood},
	"vineyard":    {2400, 1600, false, vineyard},
	"stars":       {2400, 1600, false, stars},
	"galaxy":      {2000, 1600, false, galaxy},
	"stadium":     {2400, 1600, false, stadium},
	"tram":        {1600, 2000, false, tram},
	"train":       {3200, 1200, false, train},
	"curtain":     {2400, 1600, false, curtain},
	"library":     {2400, 1600, false, library},
	"bridge":      {2400, 1600, false, bridge},
	"seats":       {1800, 1000, true, seats},
	"map":         {2000, 1500, false, chart},
	"barley":      {2400, 1600, false, barley},
	"harbour":     {2400, 1600, false, harbour},
	"lighthouse":  {1600, 2400, false, lighthouse},
	"mast":        {1600, 2400, false, mast},
	"station":     {2000, 1500, false, station},
	"station-old": {1800, 1350, false, stationOld},
}

// Names lists the scenes.
func Names() []string { return slices.Sorted(maps.Keys(scenes)) }

// Paint returns the file of a scene, a JPEG or a PNG. scale makes it smaller: 1
// is the size of a photographer's file.
func Paint(name string, scale float64) ([]byte, error) {
	s, ok := scenes[name]
	if !ok {
		return nil, fmt.Errorf("there is no scene %q", name)
	}
	size := func(n int) int { return max(1, int(math.Round(float64(n)*scale))) }
	c := newCanvas(size(s.width), size(s.height))
	if s.see {
		c.mask = make([]float64, len(c.pix))
	}
	m := c.develop(s.paint(c))
	var out bytes.Buffer
	var err error
	if s.see {
		err = png.Encode(&out, m)
	} else {
		err = jpeg.Encode(&out, m, &jpeg.Options{Quality: 88})
	}
	return out.Bytes(), err
}
