package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/look.js
var lookScript string

//go:embed testdata/focus.js
var focusScript string

// tab is a tab of the browser with cookies of its own. It is used by one goroutine at a time.
type tab struct {
	ctx  context.Context
	base string
	from string // the address it is taken to come from

	mu     sync.Mutex
	status int      // of the last page
	faults []string // what the browser complained of since it was asked for
	bytes  int      // that came over the wire for it
}

// closeBrowser ends the browser and waits for it.
func closeBrowser(browser context.Context) error { return chromedp.Cancel(browser) }

// forwarded is by which header the server, who trusts this machine as a proxy, knows
// people's addresses: few sign in from one address in a minute.
const forwarded = "X-Forwarded-For"

func newTab(browser context.Context, base, from string) (*tab, error) {
	ctx, _ := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	b := &tab{ctx: ctx, base: base, from: from}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		return nil, err
	}
	_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	if err == nil {
		_, err = chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{forwarded: from}})
	}
	return b, err
}

// hear notes what the browser tells of.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fault := func(format string, args ...any) { b.faults = append(b.faults, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if slices.Contains([]runtime.ConsoleAPICalledType{runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert}, e.Type) {
			fault("console.%s", e.Type)
		}
	case *page.EventJavascriptDialogOpening:
		fault("a dialog opens")
	case *runtime.EventExceptionThrown:
		fault("exception: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		failed := e.Entry.Source == log.EntrySourceNetwork && strings.Contains(e.Entry.Text, "responded with a status") // the status is looked at itself
		if (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) && !failed {
			fault("log %s: %s", e.Entry.Source, e.Entry.Text)
		}
	case *audits.EventIssueAdded:
		if g := e.Issue.Details.GenericIssueDetails; g != nil && g.ErrorType == audits.GenericIssueErrorTypeFormInputAssignedAutocompleteValueToIDOrNameAttributeError {
			return // a field may be called region, and be no address
		}
		switch e.Issue.Code {
		case audits.InspectorIssueCodeContentSecurityPolicyIssue, audits.InspectorIssueCodeMixedContentIssue, audits.InspectorIssueCodeQuirksModeIssue,
			audits.InspectorIssueCodeElementAccessibilityIssue, audits.InspectorIssueCodeStylesheetLoadingIssue, audits.InspectorIssueCodeDeprecationIssue, audits.InspectorIssueCodeGenericIssue:
			detail, _ := json.Marshal(e.Issue.Details)
			fault("issue %s: %.300s", e.Issue.Code, detail)
		}
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.base+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
			fault("a request to %.100s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.status = int(e.Response.Status)
		} else if e.Response.Status >= 400 {
			fault("status %d of %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFinished:
		b.bytes += int(e.EncodedDataLength)
	case *network.EventLoadingFailed:
		fault("a request failed: %s", e.ErrorText)
	}
}

// open shows a page and returns its status, and what the browser complained of.
func (b *tab) open(path string) (status int, faults []string, err error) {
	b.mu.Lock()
	b.status, b.faults, b.bytes = 0, nil, 0
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(b.base+path)); err != nil {
		return 0, nil, fmt.Errorf("%s: %w", path, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status, append([]string(nil), b.faults...), nil
}

// path is where the tab is.
func (b *tab) path() (string, error) {
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		return "", err
	}
	u, err := url.Parse(at)
	if err != nil {
		return "", err
	}
	return u.Path, nil
}

// signIn opens a one-time link, chooses a password, and signs in with it.
func (b *tab) signIn(link, name string) error {
	if _, _, err := b.open(strings.TrimPrefix(link, b.base)); err != nil {
		return err
	}
	if err := b.send("main form", `input[name=password]`, password, `input[name=again]`, password); err != nil {
		return err
	}
	if err := b.send("main form", `input[name=name]`, name, `input[name=password]`, password); err != nil {
		return err
	}
	at, err := b.path()
	if err == nil && at == "/sign-in" {
		said, _ := eval[string](b, "document.querySelector('main').innerText")
		err = fmt.Errorf("signing in failed: %.200s", said)
	}
	return err
}

// send types into a form of the page, by selector and text, and sends it off.
func (b *tab) send(form string, fields ...string) error {
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	for i := 0; i+1 < len(fields); i += 2 {
		if err := chromedp.Do(ctx, chromedp.SendKeys(form+" "+fields[i], fields[i+1])); err != nil {
			return fmt.Errorf("typing into %s: %w", fields[i], err)
		}
	}
	_, err := chromedp.RunResponse(ctx, chromedp.Click(form+" button"))
	return err
}

// screen makes the tab as wide as a screen, in a colour scheme.
func (b *tab) screen(width int, scheme string) error {
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(width), Height: 900, DeviceScaleFactor: 1, Mobile: width < 600})
	if err != nil {
		return err
	}
	_, err = chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	return err
}

// scripts turns the scripts of pages on or off; ours run at any rate.
func (b *tab) scripts(on bool) error {
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	return err
}

// look is what is wrong with the page as it stands on the screen.
func (b *tab) look(lang string, width int) ([]string, error) {
	return chromedp.Run(b.ctx, chromedp.Evaluate[[]string](fmt.Sprintf("(%s)(%q, %d)", lookScript, lang, width)))
}

// eval is the value of an expression in the page.
func eval[T any](b *tab, expression string) (T, error) {
	return chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
}

// controls are the roles of the accessibility tree that must have a name.
var controls = map[string]bool{
	"button": true, "link": true, "textbox": true, "searchbox": true, "combobox": true, "listbox": true, "checkbox": true, "radio": true, "spinbutton": true,
	"image": true, "img": true, "Date": true, "DisclosureTriangle": true, "group": false, "slider": true, "menuitem": true, "tab": true,
}

// nameless lists the controls and images that a screen reader has no name for.
func (b *tab) nameless() (faults []string, err error) {
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		return nil, err
	}
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			_ = json.Unmarshal([]byte(v.Value), &s) // a value that is no string is none
		}
		return s
	}
	for _, n := range tree.Nodes {
		if role := text(n.Role); !n.Ignored && controls[role] && strings.TrimSpace(text(n.Name)) == "" {
			faults = append(faults, "a "+role+" has no name")
		}
	}
	return faults, nil
}

// tabThrough presses Tab until every control was reached, and lists those that were
// not or did not show it.
func (b *tab) tabThrough() ([]string, error) {
	n, err := eval[int](b, "("+focusScript+").begin()")
	if err != nil {
		return nil, err
	}
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Tab", Code: "Tab", WindowsVirtualKeyCode: 9}
	for range n + 1 {
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, key); err != nil {
			return nil, err
		}
	}
	return eval[[]string](b, "window.qingtingFocus()")
}

// picture is the whole page as PNG.
func (b *tab) picture() ([]byte, error) {
	return chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
}

// client is an HTTP client with the cookies of the tab.
func (b *tab) get(path string) (*http.Response, error) {
	got, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.base + "/"}})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set(forwarded, b.from)
	for _, c := range got.Cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	c := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c.Do(r)
}

// record is the newest document that the search finds.
func (b *tab) record() (string, error) {
	res, err := b.get("/api/v1/search?sort=newest")
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var found struct {
		Hits []struct {
			Document struct{ Record string }
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&found); err != nil {
		return "", err
	}
	if len(found.Hits) == 0 || found.Hits[0].Document.Record == "" {
		return "", fmt.Errorf("status %d: no document", res.StatusCode)
	}
	return found.Hits[0].Document.Record, nil
}

var errNotHere = errors.New("no such link")

// linkTo is the first link of the page that ok takes.
func (b *tab) linkTo(ok func(path string) bool) (string, error) {
	links, err := eval[[]string](b, `[...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href"))`)
	if err != nil {
		return "", err
	}
	for _, link := range links {
		if u, err := url.Parse(link); err == nil && ok(u.Path) {
			return u.Path, nil
		}
	}
	return "", errNotHere
}
