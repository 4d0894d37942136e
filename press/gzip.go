package press

import "encoding/binary"

// A gzip member (RFC 1952) around deflate blocks made beforehand. The header
// names no time and an unknown system, so that equal pages are equal bytes.
const gzipHeader = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

// tailSize is the length of what ends a member: an empty final block of fixed
// Huffman codes, the CRC-32 and the length modulo 2^32.
const tailSize = 2 + 4 + 4

func gzipTail(crc uint32, length int64) (tail [tailSize]byte) {
	tail[0] = 3 // final block, fixed codes, and at once its end
	binary.LittleEndian.PutUint32(tail[2:], crc)
	binary.LittleEndian.PutUint32(tail[6:], uint32(length))
	return tail
}

// A CRC-32 is the remainder of a polynomial over GF(2) modulo P. Bits are
// reflected: the highest bit of a word is the coefficient of x^0.
const (
	polynomial = 0xedb88320 // P without its x^32
	one        = 1 << 31    // the polynomial 1
)

// squares[k] is x^(2^k) mod P. P is primitive, so x^(2^32) is x again and the
// table serves every k modulo 32.
var squares = func() (t [32]uint32) {
	t[0] = one >> 1 // x
	for k := 1; k < len(t); k++ {
		t[k] = multiply(t[k-1], t[k-1])
	}
	return t
}()

// multiply returns a·b mod P.
func multiply(a, b uint32) (product uint32) {
	for ; a != 0; a <<= 1 {
		if a&one != 0 {
			product ^= b
		}
		b = b>>1 ^ polynomial&-(b&1) // b·x
	}
	return product
}

// shiftBy returns x^(8n) mod P: the operator that moves a CRC-32 behind
// which n more bytes follow.
func shiftBy(n uint64) uint32 {
	shift := uint32(one)
	for k := 3; n != 0; k, n = k+1, n>>1 { // 8n = n·2^3
		if n&1 != 0 {
			shift = multiply(shift, squares[k&31])
		}
	}
	return shift
}

// joinCRC returns the CRC-32 of two texts one after the other from the CRC-32
// of each and the operator of the second one's length.
func joinCRC(first, second, shiftOfSecond uint32) uint32 {
	return multiply(shiftOfSecond, first) ^ second
}
