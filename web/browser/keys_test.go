package browser

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// press presses a key, and lets it go. text is what it types, if anything.
func (b *tab) press(key string, virtual int64, text string) error {
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		e := input.DispatchKeyEventParams{Type: kind, Key: key, Code: key, WindowsVirtualKeyCode: virtual}
		if kind == input.DispatchKeyEventTypeKeyDown {
			e.Text = text
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, e); err != nil {
			return err
		}
	}
	return nil
}

// The keys that are pressed by name.
var virtualKeys = map[string]int64{"ArrowDown": 40, "ArrowUp": 38, "Enter": 13, "Escape": 27}

// keyed is a page that is worked by keyboard in a test.
type keyed struct {
	*tab
	t *testing.T
}

func (k keyed) opens(path string) {
	k.t.Helper()
	if status, faults, err := k.open(path); err != nil || status != 200 || len(faults) > 0 {
		k.t.Fatalf("%s: status %d, %v, %v", path, status, faults, err)
	}
}

func (k keyed) keys(all ...string) {
	k.t.Helper()
	for _, key := range all {
		text := key
		code, named := virtualKeys[key]
		if named {
			text = map[bool]string{true: "\r"}[key == "Enter"]
		} else {
			code = int64(key[0])
		}
		if err := k.press(key, code, text); err != nil {
			k.t.Fatal(err)
		}
	}
}

// holds waits until an expression of the page is true.
func (k keyed) holds(what, expression string) {
	k.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		ok, err := eval[bool](k.tab, "Boolean("+expression+")")
		if ok {
			return
		}
		if time.Now().After(end) {
			k.t.Fatalf("%s: %s does not hold (%v)", what, expression, err)
		}
	}
}

func (k keyed) types(selector, text string) {
	k.t.Helper()
	if err := chromedp.Do(k.ctx, chromedp.SendKeys(selector, text)); err != nil {
		k.t.Fatal(err)
	}
}

// TestSearchByKeyboard completes a query and goes through results without a mouse; the
// same form works without scripts.
func TestSearchByKeyboard(t *testing.T) {
	st := onStage(t)
	for _, lang := range []string{"zh", "en"} {
		k := keyed{st.people["analyst"], t}
		if err := k.screen(1280, "light"); err != nil {
			t.Fatal(err)
		}
		k.opens("/search?q=%E6%89%A3%E8%B4%B9&lang=" + lang)
		k.keys("/")
		k.holds("/ goes to the field", `document.activeElement.id === "query" && document.activeElement.value === "扣费"`)
		if _, err := eval[string](k.tab, `document.getElementById("query").value = ""`); err != nil {
			t.Fatal(err)
		}
		list := `document.getElementById("completions")`
		k.types("#query", "扣")
		k.holds("completions come up", list+`.children.length > 1 && !`+list+`.hidden && document.getElementById("query").getAttribute("aria-expanded") === "true"`)
		k.keys("ArrowDown", "ArrowDown", "ArrowUp")
		k.holds("the first is marked", `document.getElementById("query").getAttribute("aria-activedescendant") === "completion-0" && document.getElementById("completion-0").getAttribute("aria-selected") === "true"`)
		if _, err := eval[string](k.tab, `window.wanted = document.getElementById("completion-0").dataset.query`); err != nil {
			t.Fatal(err)
		}
		k.keys("Enter")
		k.holds("it is chosen, and the search not sent", list+`.hidden && document.getElementById("query").value === window.wanted && new URLSearchParams(location.search).get("q") === "扣费"`)
		k.types("#query", " 扣")
		k.holds("they come up again", `!`+list+`.hidden`)
		k.keys("Escape")
		k.holds("Escape closes them", list+`.hidden && document.getElementById("query").value === window.wanted + " 扣"`)

		hits := `[...document.querySelectorAll("ol.hits.found > li")]`
		k.keys("Escape")
		k.holds("Escape leaves the field", `document.activeElement === document.body`)
		k.keys("j")
		k.holds("j goes to the first", hits+`[0] === document.activeElement && `+hits+`[0].classList.contains("current")`)
		k.keys("j", "j", "k")
		k.holds("j and k go on and back", hits+`[1] === document.activeElement && document.querySelectorAll(".current").length === 1`)
		k.keys("?")
		k.holds("? tells of the keys", `document.querySelector("details.keys").open`)
		k.mu.Lock()
		faults := k.faults
		k.mu.Unlock()
		if len(faults) > 0 {
			t.Errorf("%s: %v", lang, faults)
		}

		if err := k.scripts(false); err != nil {
			t.Fatal(err)
		}
		k.opens("/search?lang=" + lang)
		if err := k.send(`form:has(#query)`, "#query", "扣费"); err != nil {
			t.Error(err)
		}
		k.holds("the form works without scripts", hits+`.length > 1 && new URLSearchParams(location.search).get("q") === "扣费" && !`+list)
		if err := k.scripts(true); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReviewByKeyboard marks what was missed and goes on without a mouse.
func TestReviewByKeyboard(t *testing.T) {
	st := onStage(t)
	all := routes(t)
	for _, r := range all {
		if r.path != "/desk/review/{sample}/{record}" {
			continue
		}
		path, err := st.address(all, r)
		if err != nil {
			t.Fatal(err)
		}
		k := keyed{st.people[r.visitor()], t}
		k.opens(path)
		if _, err := eval[bool](k.tab, `(() => { const text = document.querySelector(".reading bdi").firstChild; const first = text.nodeType === 3 ? text : text.firstChild; getSelection().setBaseAndExtent(first, 0, first, 2); return true })()`); err != nil {
			t.Fatal(err)
		}
		k.keys("2")
		k.holds("what is selected is put down", `document.querySelector(".miss [name^=start]").value === "0" && document.querySelector(".miss [name^=end]").value === "2" && document.activeElement.name.startsWith("type")`)
		k.keys("Escape")
		k.holds("Escape leaves the field", `document.activeElement === document.body`)
		k.keys("j")
		k.holds("j passes it over", `location.pathname !== `+quoted(path)+` && location.pathname.startsWith("/desk/review/")`)
		return
	}
	t.Error("there is no page to judge a document on")
}

func quoted(s string) string { return `"` + s + `"` }
