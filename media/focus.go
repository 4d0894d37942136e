package media

import (
	"cmp"
	_ "embed"
	"image"
	"math"
	"slices"
	"sync"

	pigo "github.com/esimov/pigo/core"

	"stet"
)

//go:embed faces/facefinder
var faceFinder []byte

var faceCascade = sync.OnceValues(func() (*pigo.Pigo, error) { return pigo.NewPigo().Unpack(faceFinder) })

// focusSide is the longer side, in pixels, of what the focus is looked for in.
const focusSide = 400

// sure is from which score on something is taken for a face.
const sure = 15

// focus returns what crops should keep: faces if there are any, else what
// draws the eye.
func focus(img *image.NRGBA) (stet.Point, error) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	grey := make([]uint8, w*h)
	for i := range grey {
		p := img.Pix[4*i : 4*i+4]
		grey[i] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000)
	}
	found, err := faces(grey, w, h)
	if err != nil {
		return stet.Point{}, err
	}
	var at image.Point
	if len(found) > 0 {
		r := together(found, w, h)
		at = r.Min.Add(r.Max).Div(2)
	} else {
		at = salient(img, grey)
	}
	return stet.Point{X: hundredth(at.X, w), Y: hundredth(at.Y, h)}, nil
}

func hundredth(at, size int) float64 {
	return math.Round(100*min(1, max(0, (float64(at)+0.5)/float64(size)))) / 100
}

// faces returns where faces are, hair and chin included, the most important
// ones first.
func faces(grey []uint8, w, h int) ([]image.Rectangle, error) {
	cascade, err := faceCascade()
	if err != nil {
		return nil, err
	}
	if min(w, h) < 24 {
		return nil, nil
	}
	found := cascade.RunCascade(pigo.CascadeParams{
		MinSize: 20, MaxSize: min(w, h), ShiftFactor: 0.1, ScaleFactor: 1.1,
		ImageParams: pigo.ImageParams{Pixels: grey, Rows: h, Cols: w, Dim: w},
	}, 0)
	found = slices.DeleteFunc(cascade.ClusterDetections(found, 0.15), func(d pigo.Detection) bool { return d.Q < sure })
	slices.SortFunc(found, func(a, b pigo.Detection) int { return cmp.Compare(b.Scale, a.Scale) })
	out := make([]image.Rectangle, len(found))
	for i, d := range found {
		side := d.Scale * 3 / 5
		out[i] = image.Rect(d.Col-side, d.Row-side-d.Scale/5, d.Col+side, d.Row+side).Intersect(image.Rect(0, 0, w, h))
	}
	return out, nil
}

// together returns the part that holds as many faces, the first ones first, as
// the narrowest and the lowest crop of a w × h picture can show at once.
func together(faces []image.Rectangle, w, h int) image.Rectangle {
	wide, high := w, h
	for _, r := range stet.Ratios {
		if of := r.Of(); of != 0 {
			wide, high = min(wide, int(of*float64(h))), min(high, int(float64(w)/of))
		}
	}
	all := faces[0]
	for _, f := range faces[1:] {
		if u := all.Union(f); u.Dx() <= wide && u.Dy() <= high {
			all = u
		}
	}
	return all
}

// salient returns the middle of what stands out: edges and strong colours,
// more so near the middle.
func salient(img *image.NRGBA, grey []uint8) image.Point {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	var sum, sumX, sumY float64
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			edge := math.Abs(float64(grey[i+1])-float64(grey[i-1])) + math.Abs(float64(grey[i+w])-float64(grey[i-w]))
			p := img.Pix[4*i : 4*i+4]
			colour := float64(max(p[0], p[1], p[2]) - min(p[0], p[1], p[2]))
			dx, dy := float64(x)/float64(w)-0.5, float64(y)/float64(h)-0.5
			weight := (edge*edge + colour*colour/4) * (1 - dx*dx - dy*dy)
			sum, sumX, sumY = sum+weight, sumX+weight*float64(x), sumY+weight*float64(y)
		}
	}
	if sum == 0 {
		return image.Pt(w/2, h/2)
	}
	return image.Pt(int(sumX/sum), int(sumY/sum))
}
