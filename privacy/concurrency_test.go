package privacy

import (
	"sync"
	"testing"

	"qingting/privacy/internal/babble"
)

// TestManyAtOnce: redactors of several policies share recognisers and scratch
// space; many goroutines at once get what one alone gets, and a redactor that
// is built while others run disturbs none. It is for the race detector too.
func TestManyAtOnce(t *testing.T) {
	const texts, policies = 60, 4
	g := babble.New(ruleExamples())
	redactors := make([]*Redactor, policies)
	want := make([][]string, policies)
	for i := range redactors {
		redactors[i] = policyRedactor(t, policyOf(babble.Chance(uint64(i), 60)))
		for n := range uint64(texts) {
			want[i] = append(want[i], redactors[i].Redact(g.Text(babble.Chance(n, 100)), spoken).Text)
		}
	}
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			i := worker % policies
			r := redactors[i]
			for k := range texts {
				n := (k*7 + worker*13) % texts
				text := g.Text(babble.Chance(uint64(n), 100))
				got := r.Redact(text, spoken)
				if k%2 == 0 {
					got = r.Explain(text, spoken)
				}
				if got.Text != want[i][n] {
					t.Errorf("policy %d, text %d: %q alone, %q among others", i, n, want[i][n], got.Text)
				}
				if k == texts/2 { // the policy is read anew
					r = policyRedactor(t, policyOf(babble.Chance(uint64(i), 60)))
				}
			}
		})
	}
	group.Wait()
}
