package trend

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkScanYear(b *testing.B) {
	s := simulated{mean: 20, alpha: 0.05, yearly: 1.3, days: 77 + 365}.series(rand.New(rand.NewPCG(1, 1)))
	for b.Loop() {
		if _, _, err := (Detector{}).Scan(s, 77); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScanWeek(b *testing.B) {
	s := simulated{mean: 20, alpha: 0.05, yearly: 1.3, days: 100}.series(rand.New(rand.NewPCG(1, 1)))
	for b.Loop() {
		if _, _, err := (Detector{Every: 7}).Scan(s, 93); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkForecast(b *testing.B) {
	s := simulated{mean: 20, alpha: 0.05, yearly: 1.3, days: 182}.series(rand.New(rand.NewPCG(1, 1)))
	for b.Loop() {
		if _, err := Forecast(s, 14); err != nil {
			b.Fatal(err)
		}
	}
}
