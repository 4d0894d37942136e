package auth

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"stet"
)

// An authenticator shows six digits that change every 30 seconds (RFC 6238).
// Clocks may differ by one step to either side.
const (
	codePeriod = 30
	codeSkew   = 1
	codeSecret = 20 // bytes
)

var base32Code = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewCode returns a new secret for an authenticator, as people type it.
func NewCode() string {
	b := make([]byte, codeSecret)
	rand.Read(b)
	return base32Code.EncodeToString(b)
}

// CodePicture returns what an authenticator is pointed at: a QR code as a PNG.
func CodePicture(newsroom string, p *stet.Person, secret string) ([]byte, error) {
	raw, err := decodeCode(secret)
	if err != nil {
		return nil, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: newsroom, AccountName: p.Email, Secret: raw, Period: codePeriod})
	if err != nil {
		return nil, err
	}
	picture, err := key.Image(240, 240)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = png.Encode(&b, picture)
	return b.Bytes(), err
}

func decodeCode(secret string) ([]byte, error) {
	raw, err := base32Code.DecodeString(strings.ToUpper(strings.ReplaceAll(secret, " ", "")))
	if err != nil || len(raw) != codeSecret {
		return nil, stet.Errorf(stet.Invalid, "secret", "is not the one that was shown; begin again")
	}
	return raw, nil
}

// codeStep returns the step of time whose code this is: 0 if it is none of those
// around now.
func codeStep(secret []byte, code string, now time.Time) int64 {
	code = strings.Join(strings.FieldsFunc(code, func(r rune) bool { return r == ' ' || r == '-' || r == '\u00a0' }), "")
	step := now.Unix() / codePeriod
	for _, s := range []int64{step, step - codeSkew, step + codeSkew} {
		ok, err := hotp.ValidateCustom(code, uint64(s), base32Code.EncodeToString(secret), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if ok && err == nil {
			return s
		}
	}
	return 0
}
