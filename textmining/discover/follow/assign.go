package follow

import "math"

// assign returns for each row the column it gets, or -1, so that the sum of
// gains is greatest; a gain of 0 or less is no match. It is the Hungarian
// method (Kuhn 1955) with potentials, O(n³) for the larger side n.
func assign(gain [][]float64, columns int) []int {
	n := max(len(gain), columns)
	cost := func(i, j int) float64 {
		if i < len(gain) && j < columns {
			return -math.Max(gain[i][j], 0)
		}
		return 0
	}
	u, v := make([]float64, n+1), make([]float64, n+1)
	row, way := make([]int, n+1), make([]int, n+1) // column → row, both from 1
	for i := 1; i <= n; i++ {
		row[0] = i
		at := 0
		least := make([]float64, n+1)
		used := make([]bool, n+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		for row[at] != 0 {
			used[at] = true
			next, delta := 0, math.Inf(1)
			for j := 1; j <= n; j++ {
				if used[j] {
					continue
				}
				if d := cost(row[at]-1, j-1) - u[row[at]] - v[j]; d < least[j] {
					least[j], way[j] = d, at
				}
				if least[j] < delta {
					delta, next = least[j], j
				}
			}
			for j := 0; j <= n; j++ {
				if used[j] {
					u[row[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			row[at] = row[way[at]]
			at = way[at]
		}
	}
	out := make([]int, len(gain))
	for i := range out {
		out[i] = -1
	}
	for j := 1; j <= columns; j++ {
		if i := row[j] - 1; i < len(gain) && gain[i][j-1] > 0 {
			out[i] = j - 1
		}
	}
	return out
}
