package media

import (
	"context"
	"errors"
	"image"
	"io/fs"

	"stet"
	"stet/store/picture"
)

// printStep is by how much of 255 a place must be brighter than the one before,
// and plainPrint how often that must be so at least: the bits of a clear sky are
// of noise alone, and what is a clear sky all over looks like every other.
const (
	printStep  = 2
	plainPrint = 32
)

// likeness returns the print of a picture. The bits are those of a difference
// hash: whether in a grid of nine columns by eight rows each place is brighter
// than the one to its left, and in one of eight by nine than the one above.
func likeness(img *image.NRGBA) picture.Print {
	var p picture.Print
	steps := 0
	bits := func(columns, rows, back int) (out uint64) {
		grid := greys(img, columns, rows)
		for y := range 8 {
			for x := range 8 {
				at := y*columns + x
				d := grid[at+back] - grid[at]
				out <<= 1
				if d > printStep {
					out |= 1
				}
				if d > printStep || d < -printStep {
					steps++
				}
			}
		}
		return out
	}
	p.Right, p.Down = bits(9, 8, 1), bits(8, 9, 8)
	if steps < plainPrint {
		return picture.Print{}
	}
	return p
}

// greys returns how bright a picture is in the places of a grid, over white.
func greys(img *image.NRGBA, columns, rows int) []float64 {
	sums, counts := make([]float64, columns*rows), make([]float64, columns*rows)
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		row := img.Pix[y*img.Stride:]
		for x := range w {
			at := y*rows/h*columns + x*columns/w
			r, g, b, a := float64(row[4*x]), float64(row[4*x+1]), float64(row[4*x+2]), float64(row[4*x+3])/255
			sums[at] += (0.299*r+0.587*g+0.114*b)*a + 255*(1-a)
			counts[at]++
		}
	}
	for i := range sums {
		if counts[i] > 0 { // of a picture smaller than the grid it may be none
			sums[i] /= counts[i]
		}
	}
	return sums
}

// printSide is how large a picture is looked at.
const printSide = 64

// printNext looks at a picture that came in before prints were kept, or whose
// print was lost with the program. It reports whether there was one.
func (s *Service) printNext(ctx context.Context) (bool, error) {
	some, err := s.DB.Unprinted(ctx, 1)
	if err != nil || len(some) == 0 {
		return false, err
	}
	p := some[0]
	look, err := s.lookAt(ctx, p.Hash)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !stet.Is(err, stet.Invalid) {
		return false, err
	}
	if err != nil { // it has no print, then
		s.Log.Warn("a picture cannot be compared with others", "picture", p.ID, "err", err)
	}
	return true, s.DB.SetPrint(ctx, p.ID, look)
}

func (s *Service) lookAt(ctx context.Context, hash string) (picture.Print, error) {
	proof, err := s.proof(ctx, hash)
	if err != nil {
		return picture.Print{}, err
	}
	src, err := Open(ctx, proof, s.Limits)
	if err != nil {
		return picture.Print{}, err
	}
	img, err := src.within(ctx, printSide)
	if err != nil {
		return picture.Print{}, err
	}
	return likeness(img), nil
}
