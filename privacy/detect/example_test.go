package detect_test

import (
	"fmt"

	"qingting/privacy/detect"
)

func Example() {
	d, err := detect.New()
	if err != nil {
		panic(err)
	}
	text := "工单号13912345678，回电１３９-1234-五六七八"
	found, rejected := d.Explain(text)
	for _, f := range found {
		fmt.Println(f.Type, text[f.Start:f.End], f.Canonical)
	}
	for _, r := range rejected {
		fmt.Println(r.Type, text[r.Start:r.End], "—", r.Why)
	}
	// Output:
	// MOBILE １３９-1234-五六七八 13912345678
	// MOBILE 13912345678 — label of an order, ticket or flow number wins
}
