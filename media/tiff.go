package media

import (
	"bytes"
	"encoding/binary"
	"image"

	"golang.org/x/image/tiff"

	"stet"
)

// Tags of TIFF, which EXIF is written in too.
const (
	tagSubfile = 254
	tagTurn    = 274
	tagPlanes  = 284
	tagXMP     = 700
	tagProfile = 34675
	tagDNG     = 50706
)

// tiffConfig reads the size of a TIFF. What would be shown wrongly is refused: a
// camera's own file, whose first picture is a small one, and colours that lie
// apart.
func tiffConfig(data []byte) (image.Config, error) {
	_, dng := tiffField(data, tagDNG)
	if dng != nil || tiffNumber(data, tagSubfile)&1 == 1 || len(data) > 10 && string(data[8:10]) == "CR" {
		return image.Config{}, stet.Errorf(stet.Invalid, "file", "is a camera's raw file, which cannot be used here; develop it, save it as JPEG and bring that")
	}
	if tiffNumber(data, tagPlanes) == 2 {
		return image.Config{}, tiff.UnsupportedError("planes")
	}
	return tiff.DecodeConfig(bytes.NewReader(data))
}

// tiffField returns a field of the first directory: its type, and its value if
// all of it is there.
func tiffField(data []byte, tag uint16) (kind uint16, value []byte) {
	order := tiffOrder(data)
	if len(data) < 8 {
		return 0, nil
	}
	at := int64(order.Uint32(data[4:]))
	if at+2 > int64(len(data)) {
		return 0, nil
	}
	fields := data[at+2:]
	for range order.Uint16(data[at:]) {
		if len(fields) < 12 {
			return 0, nil
		}
		if order.Uint16(fields) != tag {
			fields = fields[12:]
			continue
		}
		kind = order.Uint16(fields[2:])
		size := int64(1)
		switch kind {
		case 3, 8:
			size = 2
		case 4, 9, 11, 13:
			size = 4
		case 5, 10, 12:
			size = 8
		}
		size *= int64(order.Uint32(fields[4:]))
		if size <= 4 {
			return kind, fields[8 : 8+size]
		}
		from := int64(order.Uint32(fields[8:]))
		if from+size > int64(len(data)) {
			return 0, nil
		}
		return kind, data[from : from+size]
	}
	return 0, nil
}

// tiffNumber returns the first number of a field; 0 if it has none.
func tiffNumber(data []byte, tag uint16) int {
	switch kind, value := tiffField(data, tag); {
	case kind == 3 && len(value) >= 2:
		return int(tiffOrder(data).Uint16(value))
	case kind == 4 && len(value) >= 4:
		return int(tiffOrder(data).Uint32(value))
	}
	return 0
}

func tiffOrder(data []byte) binary.ByteOrder {
	if bytes.HasPrefix(data, []byte("MM")) {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// tiffOrientation returns what a TIFF or EXIF says of how the camera was held;
// 1 if it says nothing.
func tiffOrientation(data []byte) int {
	if v := tiffNumber(data, tagTurn); v >= 1 && v <= 8 {
		return v
	}
	return 1
}
