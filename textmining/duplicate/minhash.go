package duplicate

import "math/bits"

const (
	hashes = 128
	rows   = 4 // of a band; of texts in Latin letters one less, see signature
	most   = hashes / rows
)

// coefficients of the 128 hash functions, odd multipliers and offsets
// (multiply-shift, Dietzfelbinger et al. 1997), from a fixed seed.
var coefficients = func() (c [hashes][2]uint64) {
	for i := range c {
		c[i][0] = mix(uint64(2*i)) | 1
		c[i][1] = mix(uint64(2*i + 1))
	}
	return c
}()

// keys are the bands of a signature, each hashed to a number.
type keys [most]uint32

// signature computes so many bands of a set. Those of triples have three rows: with
// four, a tenth of edited characters would leave one text in fifteen unfound.
func signature(set []uint32, s script, bands int) (k keys) {
	for b := range bands {
		c := coefficients[b*rows : b*rows+rows : b*rows+rows]
		a0, a1, a2, a3 := c[0][0], c[1][0], c[2][0], c[3][0]
		b0, b1, b2, b3 := c[0][1], c[1][1], c[2][1], c[3][1]
		m0, m1, m2, m3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)
		for _, s := range set {
			x := uint64(s) * 0x9e3779b97f4a7c15
			x ^= x >> 32
			m0 = min(m0, x*a0+b0)
			m1 = min(m1, x*a1+b1)
			m2 = min(m2, x*a2+b2)
			m3 = min(m3, x*a3+b3)
		}
		h := mix(m0 ^ uint64(b) ^ uint64(s)<<32)
		if s == latin {
			m3 = 0
		}
		h = mix(h ^ bits.RotateLeft64(m1, 16))
		h = mix(h ^ bits.RotateLeft64(m2, 32))
		k[b] = uint32(mix(h ^ bits.RotateLeft64(m3, 48)))
	}
	return k
}
