package check

import "testing"

func TestCheckDigits(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(string) bool
		good []string
		bad  []string
	}{
		// Published worked examples of each standard, or invented values computed by hand.
		{"Luhn", Luhn, []string{"4111111111111111", "490154203237518", "79927398713"}, []string{"4111111111111112", "", "1", "12a4"}},
		{"CitizenID", CitizenID, []string{"11010519491231002X", "440524188001010014"}, []string{"110105194912310021", "11010519491231002x", "1101"}},
		{"USCC", USCC, []string{"91350100M000100Y43"}, []string{"91350100M000100Y44", "91350100M000100I43"}},
		{"Organisation", Organisation, []string{"D2143569X", "M000100Y4"}, []string{"D21435691", "D2143"}},
		{"HKID", HKID, []string{"A1234563", "C6686689", "AB9876543"}, []string{"A1234564", "12345678", "A123456"}},
		{"VIN", VIN, []string{"1M8GDM9AXKP042788", "11111111111111111"}, []string{"1M8GDM9A1KP042788", "1M8GDM9AXKP04278O"}},
		{"DateDigits", DateDigits, []string{"20000229", "19991231"}, []string{"19000229", "20231301", "2023"}},
	} {
		for _, s := range c.good {
			if !c.f(s) {
				t.Errorf("%s refuses %s", c.name, s)
			}
		}
		for _, s := range c.bad {
			if c.f(s) {
				t.Errorf("%s accepts %q", c.name, s)
			}
		}
	}
}
