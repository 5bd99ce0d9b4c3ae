package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"time"
)

//go:embed static/*
var staticFiles embed.FS

// asset is one file that pages load, under a URL with its hash, so that browsers
// keep it for good.
type asset struct {
	url  string
	kind string
	body []byte
}

// assetOf joins the static files of one ending, in the order of their names.
func assetOf(ending, kind string) (asset, error) {
	names, err := fs.Glob(staticFiles, "static/*"+ending)
	if err != nil {
		return asset{}, fmt.Errorf("web: %w", err)
	}
	var body bytes.Buffer
	for _, name := range names {
		data, err := staticFiles.ReadFile(name)
		if err != nil {
			return asset{}, fmt.Errorf("web: %w", err)
		}
		body.Write(data)
	}
	sum := sha256.Sum256(body.Bytes())
	return asset{"/static/" + hex.EncodeToString(sum[:6]) + ending, kind, body.Bytes()}, nil
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.body))
}
