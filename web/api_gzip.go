package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// leastZipped is the least size of an answer that is worth compressing, in bytes.
const leastZipped = 1 << 10

// compressed sends answers of more than a kilobyte by gzip to who understands it. Pages
// that show a secret beside what was sent are sent as they are, for their length would
// tell of it (BREACH, 2013); of the others it is made to vary.
func compressed(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(leastZipped), gzhttp.CompressionLevel(5), gzhttp.RandomJitter(32, 0, false),
		gzhttp.ContentTypes([]string{"text/html", "text/css", "text/javascript", "application/json", "application/problem+json", "image/svg+xml", "text/plain"}),
	)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	zipped := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, secret := range []string{"/account", "/sign-in", "/sign-out", "/link"} {
			if r.URL.Path == secret || strings.HasPrefix(r.URL.Path, secret+"/") {
				next.ServeHTTP(w, r)
				return
			}
		}
		zipped.ServeHTTP(w, r)
	}), nil
}
