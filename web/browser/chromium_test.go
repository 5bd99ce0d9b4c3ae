package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chromiumVariable names the browser where it is not found by a usual name.
const chromiumVariable = "QINGTING_CHROMIUM"

var chromiumNames = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}

var errNoChromium = errors.New(`no Chromium: these tests look at the pages in a real browser.
Install one (Debian, Ubuntu: sudo apt-get install chromium; Fedora: sudo dnf install chromium; macOS: brew install --cask chromium),
or name one: ` + chromiumVariable + `=/path/to/chrome make test`)

// chromium is the path of a browser. As root on Debian it is installed where there is
// none: on such a machine, which is one of continuous integration, nobody else would.
func chromium(ctx context.Context) (string, error) {
	if path := os.Getenv(chromiumVariable); path != "" {
		if _, err := exec.LookPath(path); err != nil {
			return "", fmt.Errorf("%s: %w", chromiumVariable, err)
		}
		return path, nil
	}
	if path := installed(); path != "" {
		return path, nil
	}
	apt, err := exec.LookPath("apt-get")
	if err != nil || os.Geteuid() != 0 {
		return "", errNoChromium
	}
	for _, args := range [][]string{{"update", "-q"}, {"install", "-qy", "--no-install-recommends", "chromium", "fonts-noto-cjk"}} {
		cmd := exec.CommandContext(ctx, apt, args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w\napt-get %s: %w\n%s", errNoChromium, args[0], err, out[max(0, len(out)-2000):])
		}
	}
	if path := installed(); path != "" {
		return path, nil
	}
	return "", errNoChromium
}

func installed() string {
	for _, name := range chromiumNames {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// launch starts the one browser of the tests; it ends with ctx.
func launch(ctx context.Context) (context.Context, error) {
	path, err := chromium(ctx)
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "zh-CN"))
	if runtime.GOOS == "linux" {
		options = append(options, chromedp.DisableGPU)
		if os.Geteuid() == 0 {
			options = append(options, chromedp.NoSandbox) // it does not start as root otherwise
		}
	}
	allocated, _ := chromedp.NewExecAllocator(ctx, options...)
	browser, _ := chromedp.NewContext(allocated)
	starting, cancel := context.WithTimeout(browser, time.Minute)
	defer cancel()
	_ = starting
	if err := chromedp.Do(browser); err != nil {
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return browser, nil
}

// TestChromiumIsAskedFor: without a browser the tests fail, and say what to do.
func TestChromiumIsAskedFor(t *testing.T) {
	t.Setenv(chromiumVariable, t.TempDir()+"/none")
	if _, err := chromium(t.Context()); err == nil {
		t.Error("a browser that is not there is taken")
	}
	t.Setenv(chromiumVariable, "")
	t.Setenv("PATH", t.TempDir())
	if runtime.GOOS != "linux" {
		return // elsewhere browsers have places of their own
	}
	if _, err := chromium(t.Context()); !errors.Is(err, errNoChromium) {
		t.Errorf("without a browser: %v", err)
	}
}
