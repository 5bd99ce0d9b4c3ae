package trend

import "math"

// vector holds a figure a coefficient, matrix one a pair of them; of a symmetric
// matrix only the lower triangle is kept.
type (
	vector [numCoef]float64
	matrix [numCoef][numCoef]float64
)

// factorise replaces the lower triangle by its Cholesky factor.
func (h *matrix) factorise() {
	for j := range numCoef {
		for i := j; i < numCoef; i++ {
			sum := h[i][j]
			for k := range j {
				sum -= h[i][k] * h[j][k]
			}
			if i == j {
				h[j][j] = math.Sqrt(max(sum, 1e-12))
			} else {
				h[i][j] = sum / h[j][j]
			}
		}
	}
}

// forward solves L z = v.
func (h *matrix) forward(v vector) vector {
	for i := range numCoef {
		for k := range i {
			v[i] -= h[i][k] * v[k]
		}
		v[i] /= h[i][i]
	}
	return v
}

// solve solves L Lᵀ z = v.
func (h *matrix) solve(v vector) vector {
	v = h.forward(v)
	for i := numCoef - 1; i >= 0; i-- {
		for k := i + 1; k < numCoef; k++ {
			v[i] -= h[k][i] * v[k]
		}
		v[i] /= h[i][i]
	}
	return v
}

// quadratic is vᵀ (L Lᵀ)⁻¹ v.
func (h *matrix) quadratic(v vector) float64 {
	v = h.forward(v)
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return sum
}
