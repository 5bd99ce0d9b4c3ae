package review

import (
	"slices"
	"testing"
)

func BenchmarkDraw100k(b *testing.B) {
	units := plant(100_000, 1).units
	for b.Loop() {
		if _, err := Draw(slices.Clone(units), Plan{Seed: "x"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpper(b *testing.B) {
	for b.Loop() {
		Upper(7, 1049, 0.05)
	}
}
