package orgsim_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crmsync/sync/salesforce/orgsim"
)

func TestJWTBearer(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, orgsim.Config{JWTCertificate: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})})
	good := func() jwt.MapClaims {
		return jwt.MapClaims{"iss": s.login.ClientID, "sub": s.login.Username, "aud": "https://login.salesforce.com", "exp": s.clock.Now().Add(3 * time.Minute).Unix()}
	}
	other, _ := rsa.GenerateKey(rand.Reader, 2048)
	cases := map[string]struct {
		change func(jwt.MapClaims)
		key    any
		method jwt.SigningMethod
		want   string
	}{
		"good":                 {func(jwt.MapClaims) {}, key, jwt.SigningMethodRS256, ""},
		"exp as text":          {func(c jwt.MapClaims) { c["exp"] = strconv.FormatInt(c["exp"].(int64), 10) }, key, jwt.SigningMethodRS256, ""},
		"aud is the org":       {func(c jwt.MapClaims) { c["aud"] = s.url }, key, jwt.SigningMethodRS256, ""},
		"aud elsewhere":        {func(c jwt.MapClaims) { c["aud"] = "https://example.com" }, key, jwt.SigningMethodRS256, "audience is invalid"},
		"expired":              {func(c jwt.MapClaims) { c["exp"] = s.clock.Now().Unix() - 1 }, key, jwt.SigningMethodRS256, "expired authorization code"},
		"too far in future":    {func(c jwt.MapClaims) { c["exp"] = s.clock.Now().Unix() + 3600 }, key, jwt.SigningMethodRS256, "expired authorization code"},
		"no exp":               {func(c jwt.MapClaims) { delete(c, "exp") }, key, jwt.SigningMethodRS256, "expired authorization code"},
		"user not approved":    {func(c jwt.MapClaims) { c["sub"] = "somebody@example.com" }, key, jwt.SigningMethodRS256, "user hasn't approved this consumer"},
		"other app":            {func(c jwt.MapClaims) { c["iss"] = "x" }, key, jwt.SigningMethodRS256, "client identifier invalid"},
		"other key":            {func(jwt.MapClaims) {}, other, jwt.SigningMethodRS256, "invalid assertion"},
		"algorithm none":       {func(jwt.MapClaims) {}, jwt.UnsafeAllowNoneSignatureType, jwt.SigningMethodNone, "invalid assertion"},
		"HMAC with public key": {func(jwt.MapClaims) {}, public, jwt.SigningMethodHS256, "invalid assertion"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			claims := good()
			c.change(claims)
			signed, err := jwt.NewWithClaims(c.method, claims).SignedString(c.key)
			if err != nil {
				t.Fatal(err)
			}
			a := s.token(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {signed}})
			if c.want == "" {
				if got := a.want(200).object(); got["refresh_token"] != nil || !s.works(got["access_token"].(string)) {
					t.Fatalf("%v", got)
				}
				return
			}
			if got := a.want(400).object(); got["error_description"] != c.want {
				t.Fatalf("%v, want %s", got, c.want)
			}
		})
	}
}
