package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// authority is as much of an ACME server (RFC 8555, RFC 8737) as one order
// takes. It proves hosts on one address, and does not look at signatures.
type authority struct {
	t      *testing.T
	url    string
	prove  func() string // the address that the host stands for
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	proven atomic.Bool
	orders atomic.Int64
	issued atomic.Pointer[[]byte]
}

func newAuthority(t *testing.T, prove func() string) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, prove: prove, key: key, cert: &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	a.url = s.URL
	return a
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Replay-Nonce", fmt.Sprint(time.Now().UnixNano()))
	var signed struct{ Payload string }
	json.NewDecoder(r.Body).Decode(&signed)
	payload, _ := base64.RawURLEncoding.DecodeString(signed.Payload)
	state := map[bool]string{true: "valid", false: "pending"}[a.proven.Load()]
	challenge := map[string]any{"type": "tls-alpn-01", "url": a.url + "/challenge", "token": "token", "status": state}
	order := map[string]any{
		"status": map[bool]string{true: "ready", false: "pending"}[a.proven.Load()], "identifiers": []any{identifier},
		"authorizations": []string{a.url + "/authorization"}, "finalize": a.url + "/finalize",
	}
	if a.issued.Load() != nil {
		order["status"], order["certificate"] = "valid", a.url+"/certificate"
	}
	status, answer := http.StatusOK, any(nil)
	switch r.URL.Path {
	case "/directory":
		answer = map[string]string{"newNonce": a.url + "/nonce", "newAccount": a.url + "/account", "newOrder": a.url + "/order"}
	case "/nonce":
		return
	case "/account":
		w.Header().Set("Location", a.url+"/account/1")
		status, answer = http.StatusCreated, map[string]string{"status": "valid"}
	case "/order":
		a.orders.Add(1)
		status = http.StatusCreated
		fallthrough
	case "/order/1":
		w.Header().Set("Location", a.url+"/order/1")
		answer = order
	case "/authorization":
		answer = map[string]any{"status": state, "identifier": identifier, "challenges": []any{challenge}}
	case "/challenge":
		a.proven.Store(a.proves())
		answer = challenge
	case "/finalize":
		var asked struct{ CSR string }
		json.Unmarshal(payload, &asked)
		a.issue(asked.CSR)
		order["status"], order["certificate"] = "valid", a.url+"/certificate"
		w.Header().Set("Location", a.url+"/order/1")
		answer = order
	case "/certificate":
		w.Write(*a.issued.Load())
		return
	default:
		a.t.Errorf("%s %s", r.Method, r.URL)
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(answer)
}

const acmeHost = "news.example"

var identifier = map[string]string{"type": "dns", "value": acmeHost}

// proves looks whether the host shows the certificate of a challenge.
func (a *authority) proves() bool {
	c, err := tls.Dial("tcp", a.prove(), &tls.Config{ServerName: acmeHost, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true})
	if err != nil {
		a.t.Error(err)
		return false
	}
	defer c.Close()
	state := c.ConnectionState()
	for _, e := range state.PeerCertificates[0].Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}) && state.NegotiatedProtocol == "acme-tls/1" {
			return true
		}
	}
	a.t.Error("the host does not answer the challenge")
	return false
}

func (a *authority) issue(csr string) {
	der, err := base64.RawURLEncoding.DecodeString(csr)
	if err != nil {
		a.t.Error(err)
		return
	}
	asked, err := x509.ParseCertificateRequest(der)
	if err != nil {
		a.t.Error(err)
		return
	}
	leaf, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour), DNSNames: asked.DNSNames,
	}, a.cert, asked.PublicKey, a.key)
	if err != nil {
		a.t.Error(err)
		return
	}
	var chain bytes.Buffer
	for _, der := range [][]byte{leaf, a.cert.Raw} {
		pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	text := chain.Bytes()
	a.issued.Store(&text)
}

// TestACME: the first reader makes the site get a certificate, the next run has
// it still, and no other host gets one.
func TestACME(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	addr := ""
	a := newAuthority(t, func() string { return addr })
	get := func(host string) (string, error) {
		roots := x509.NewCertPool()
		roots.AddCert(a.cert)
		client := &http.Client{Transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   &tls.Config{RootCAs: roots, ServerName: host},
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, addr)
			},
		}}
		answer, err := client.Get("https://" + host + "/healthz")
		if err != nil {
			return "", err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		return string(body), err
	}
	for run := range 2 {
		t.Run(fmt.Sprint(run), func(t *testing.T) {
			l := goLive(t, filepath.Join(t.TempDir(), "stet.db"), func(c *config) {
				c.Dir, c.URL, c.ACME, c.ACMEDirectory = dir, "https://"+acmeHost, true, a.url+"/directory"
				if err := c.check(); err != nil {
					t.Fatal(err)
				}
			})
			addr = l.server.listener.Addr().String()
			if body, err := get(acmeHost); err != nil || strings.TrimSpace(body) != "ok" {
				t.Errorf("%q, %v", body, err)
			}
			if body, err := get("other.example"); err == nil {
				t.Errorf("another host: %q", body)
			}
		})
	}
	if n := a.orders.Load(); n != 1 {
		t.Errorf("%d certificates were ordered", n)
	}
}
