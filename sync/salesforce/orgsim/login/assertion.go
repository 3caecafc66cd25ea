package login

import (
	"crypto/rsa"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// jwtGrant is the grant type of the JWT bearer flow.
const jwtGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// longestAssertion is how far in the future exp may lie, with some allowance for clocks.
const longestAssertion = 6 * time.Minute

// ParseKey reads the PEM certificate or public key that assertions are checked with.
func ParseKey(pem []byte) (*rsa.PublicKey, error) { return jwt.ParseRSAPublicKeyFromPEM(pem) }

// assert opens a session for a signed assertion. The flow has no refresh token.
func (s *Server) assert(assertion, base string) (Tokens, *Failure, error) {
	if s.JWTKey == nil {
		return Tokens{}, failure("invalid_grant", "user hasn't approved this consumer"), nil
	}
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithoutClaimsValidation(), jwt.WithJSONNumber())
	if _, err := parser.ParseWithClaims(assertion, claims, func(*jwt.Token) (any, error) { return s.JWTKey, nil }); err != nil {
		return Tokens{}, failure("invalid_grant", "invalid assertion"), nil
	}
	if problem := s.checkClaims(claims, base); problem != nil {
		return Tokens{}, problem, nil
	}
	subject, _ := claims["sub"].(string)
	user, ok := s.Users.UserByName(subject)
	switch {
	case !ok || !strings.EqualFold(user.Username, s.RunAs): // only the integration user is preauthorised
		return Tokens{}, failure("invalid_grant", "user hasn't approved this consumer"), nil
	case !user.Active:
		return Tokens{}, failure("inactive_user", "user is inactive"), nil
	}
	tokens, err := s.openSession("", user.ID, "api id", base)
	return tokens, nil, err
}

func (s *Server) checkClaims(claims jwt.MapClaims, base string) *Failure {
	if issuer, _ := claims["iss"].(string); issuer != s.ClientID {
		return failure("invalid_client_id", "client identifier invalid")
	}
	accepted := []string{"https://login.salesforce.com", "https://test.salesforce.com", base, base + "/services/oauth2/token"}
	if !slices.ContainsFunc(audiences(claims["aud"]), func(a string) bool { return slices.Contains(accepted, strings.TrimSuffix(a, "/")) }) {
		return failure("invalid_grant", "audience is invalid")
	}
	ends, ok := numericDate(claims["exp"])
	if !ok || !s.Now().Before(ends) || ends.After(s.Now().Add(longestAssertion)) {
		return failure("invalid_grant", "expired authorization code")
	}
	return nil
}

func audiences(claim any) []string {
	switch aud := claim.(type) {
	case string:
		return []string{aud}
	case []any:
		var all []string
		for _, one := range aud {
			if text, ok := one.(string); ok {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}

// numericDate reads exp as a number or, as some clients send it, as a text.
func numericDate(claim any) (time.Time, bool) {
	var text string
	switch exp := claim.(type) {
	case json.Number:
		text = exp.String()
	case string:
		text = exp
	default:
		return time.Time{}, false
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || seconds != seconds || seconds < 0 || seconds > 1e11 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}
