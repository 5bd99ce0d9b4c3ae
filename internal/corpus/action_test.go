package corpus

import (
	"math"
	"slices"
	"testing"
)

// TestAction counts, over many corpora, what is said of the planted action's theme.
func TestAction(t *testing.T) {
	p := Interventions(Options{})[0]
	var counts [2][2]float64 // region, control; before, after
	for seed := range uint64(20) {
		for _, item := range Generate(seed, Options{}) {
			if !slices.Contains(item.Truth.Themes, p.Theme) || item.Region != p.Region && item.Region != p.Control {
				continue
			}
			place, side := 0, 0
			if item.Region == p.Control {
				place = 1
			}
			if !item.Time.Before(p.Date) {
				side = 1
			}
			counts[place][side]++
		}
	}
	got := counts[0][1]/counts[0][0]/(counts[1][1]/counts[1][0]) - 1
	if math.Abs(got-p.Effect) > .08 {
		t.Errorf("the theme changed by %.2f, planted is %.2f: %v", got, p.Effect, counts)
	}
}

// TestRatings: complaints rate lower than praise, and a theme's effect is in them.
func TestRatings(t *testing.T) {
	var sums, counts [2]float64
	kinds := map[string][2]float64{}
	for seed := range uint64(10) {
		for _, item := range Generate(seed, Options{}) {
			if item.Rating == nil {
				continue
			}
			k := kinds[item.Truth.Sentiment]
			kinds[item.Truth.Sentiment] = [2]float64{k[0] + *item.Rating, k[1] + 1}
			if item.Truth.Sentiment == "negative" && len(item.Truth.Themes) == 1 {
				switch item.Truth.Themes[0] {
				case "charged-without-consent":
					sums[0] += *item.Rating
					counts[0]++
				case "app-usability":
					sums[1] += *item.Rating
					counts[1]++
				}
			}
		}
	}
	mean := func(kind string) float64 { return kinds[kind][0] / kinds[kind][1] }
	if !(mean("negative") < mean("neutral") && mean("neutral") < mean("positive")) {
		t.Errorf("mean ratings %v", kinds)
	}
	want := Effects()["charged-without-consent"] - Effects()["app-usability"]
	if got := sums[0]/counts[0] - sums[1]/counts[1]; math.Abs(got-want) > .3 {
		t.Errorf("the effects differ by %.2f, planted is %.2f", got, want)
	}
}
