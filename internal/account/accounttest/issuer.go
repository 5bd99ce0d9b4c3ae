package accounttest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// ClientID, ClientSecret and Redirect are those that an Issuer knows.
const (
	ClientID     = "qingting"
	ClientSecret = "a client's secret"
	Redirect     = "https://pages.example/sign-in/issuer/done"
)

// Issuer is an OpenID Connect issuer on a loopback address: discovery, keys,
// authorization by whoever the test says, and a token endpoint that asks for PKCE
// and takes a code once.
type Issuer struct {
	*httptest.Server
	key *rsa.PrivateKey

	mu    sync.Mutex
	codes map[string]grant
	// Claims are those of whom Authorize is of; Forge changes them, and the key that
	// signs, after they were made.
	Claims map[string]any
	Forge  func(claims map[string]any, key *rsa.PrivateKey) *rsa.PrivateKey
}

type grant struct{ nonce, challenge string }

// NewIssuer starts one.
func NewIssuer(tb testing.TB) *Issuer {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	i := &Issuer{key: key, codes: map[string]grant{}, Claims: map[string]any{"sub": "1001", "preferred_username": "lin"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("POST /token", i.token)
	i.Server = httptest.NewServer(mux)
	tb.Cleanup(i.Close)
	return i
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone
}

func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		"code_challenge_methods_supported": []string{"S256"},
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &i.key.PublicKey, KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
}

// Authorize is what the issuer's page does when somebody agrees: it takes the URL that the
// browser was sent to, and returns the one that it is sent back to.
func (i *Issuer) Authorize(tb testing.TB, target string) string {
	tb.Helper()
	u, err := url.Parse(target)
	if err != nil {
		tb.Fatal(err)
	}
	q := u.Query()
	if u.Path != "/authorize" || q.Get("response_type") != "code" || q.Get("client_id") != ClientID || q.Get("redirect_uri") != Redirect ||
		q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("nonce") == "" || q.Get("state") == "" {
		tb.Fatalf("a request for authorization that is not one: %s", u.Path)
	}
	code := rand.Text()
	i.mu.Lock()
	i.codes[code] = grant{q.Get("nonce"), q.Get("code_challenge")}
	i.mu.Unlock()
	back, _ := url.Parse(Redirect)
	back.RawQuery = url.Values{"state": {q.Get("state")}, "code": {code}, "iss": {i.URL}}.Encode()
	return back.String()
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(why string) { reply(w, http.StatusBadRequest, map[string]string{"error": why}) }
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	} else if s, err := url.QueryUnescape(secret); err == nil {
		secret = s
	}
	if id != ClientID || secret != ClientSecret {
		refuse("invalid_client")
		return
	}
	i.mu.Lock()
	g, ok := i.codes[r.PostFormValue("code")]
	delete(i.codes, r.PostFormValue("code"))
	claims := map[string]any{}
	for k, v := range i.Claims {
		claims[k] = v
	}
	forge := i.Forge
	i.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge || r.PostFormValue("redirect_uri") != Redirect {
		refuse("invalid_grant")
		return
	}
	now := time.Now()
	for k, v := range map[string]any{"iss": i.URL, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "nonce": g.nonce} {
		claims[k] = v
	}
	key := i.key
	if forge != nil {
		key = forge(claims, key)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "1"))
	if err != nil {
		refuse("server_error")
		return
	}
	raw, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		refuse("server_error")
		return
	}
	reply(w, http.StatusOK, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 60, "id_token": raw})
}
