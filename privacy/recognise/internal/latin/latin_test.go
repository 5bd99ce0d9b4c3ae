package latin

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
)

func TestWords(t *testing.T) {
	var got []string
	for _, w := range Words(fold.New("Ｍr. O'Neil, 12B Jean-Luc找客服")) {
		got = append(got, w.Text)
	}
	want := []string{"Mr", ".", "O'Neil", ",", "12", "B", "Jean-Luc", "找", "客", "服"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestWordShape(t *testing.T) {
	ws := Words(fold.New("JOHN Smith\nx"))
	if !ws[0].Upper() || ws[1].Upper() || !ws[1].Capital() || ws[2].Capital() || !ws[2].Line || ws[1].Line {
		t.Errorf("shapes are wrong: %+v", ws)
	}
}
