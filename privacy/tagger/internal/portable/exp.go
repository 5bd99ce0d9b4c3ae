// Package portable has what models of sequences share so that the same text has
// the same probabilities on every machine, and their weights one kind of file.
package portable

import "math"

// Exp is e to the x for x ≤ 20, with every product rounded, where the library's
// may be fused on some machines; the error of the series is below 1e-8. Below
// −80 it is 0, so that nothing is denormal.
func Exp(x float32) float32 {
	if x < -80 {
		return 0
	}
	v := float64(x) * math.Log2E
	k := int(v)
	if float64(k) > v {
		k--
	}
	r := float64(float64(v-float64(k)) * math.Ln2) // 0 to ln 2
	p := 1.0                                       // Horner's form
	p = 1 + float64(float64(p*r)*(1.0/9))
	p = 1 + float64(float64(p*r)*(1.0/8))
	p = 1 + float64(float64(p*r)*(1.0/7))
	p = 1 + float64(float64(p*r)*(1.0/6))
	p = 1 + float64(float64(p*r)*(1.0/5))
	p = 1 + float64(float64(p*r)*(1.0/4))
	p = 1 + float64(float64(p*r)*(1.0/3))
	p = 1 + float64(float64(p*r)*(1.0/2))
	p = 1 + float64(p*r)
	return float32(p * math.Float64frombits(uint64(1023+k)<<52)) // times 2 to the k, exactly
}
