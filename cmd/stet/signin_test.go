//go:build !race

package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"stet"
	"stet/store/storetest"
)

// TestSignInInABrowser is the way of somebody who is new: in by the link from the
// terminal, a password, an authenticator, a passkey, and in again with each.
// axe judges every page on the way.
func TestSignInInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	l.Close() // passkeys want a name, which must be known before the port is
	n := goLive(t, storetest.DSN(t, "sqlite"), func(c *config) { c.Addr, c.URL = "127.0.0.1:"+port, "http://localhost:"+port })
	anna, err := n.db.AddPerson(t.Context(), stet.Operator, stet.Person{Email: "anna@example.org", Name: "Anna", Role: stet.Editor}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	link, err := signInLink(t.Context(), n.db, n.server.url, anna.ID, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(needs(t, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}

	ctx := openBrowser(t, 2*time.Minute)
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			at, _ := chromedp.Run(ctx, chromedp.Location())
			t.Fatalf("at %s: %v", at, err)
		}
	}
	found := findings{}
	judge := func(name string) {
		t.Helper()
		ask[bool](t, ctx, string(script)+"; true")
		for _, v := range []view{views[0], views[3]} {
			look(t, ctx, v)
			report := ask[string](t, ctx, `Promise.all(document.getAnimations().map(a => a.finished)).then(() => axe.run({resultTypes: ["violations"]})).then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.map(n => n.html).join(" | "))))`)
			var violations []string
			if err := json.Unmarshal([]byte(report), &violations); err != nil {
				t.Fatal(err)
			}
			for _, violation := range violations {
				found.add(violation, fmt.Sprintf("%s, %s", name, v))
			}
		}
	}
	// in waits until Anna is at her desk; out leaves it.
	in := func() {
		t.Helper()
		do(chromedp.WaitVisible(`form[action="/desk/sign-out"]`))
	}
	out := func() {
		t.Helper()
		do(chromedp.Click(`form[action="/desk/sign-out"] button`), chromedp.WaitVisible(`form[action="/desk/sign-in"]`))
	}
	account := func() {
		t.Helper()
		do(chromedp.Navigate(n.server.url+"/desk/account"), chromedp.WaitVisible(`#sessions`))
	}

	do(chromedp.Navigate(link), chromedp.WaitVisible(`main button`))
	judge("link")
	do(chromedp.Click(`main button`))
	in()
	account()
	judge("account")
	const password = "a bridge opens at midnight"
	do(chromedp.SendKeys(`#password`, password), chromedp.SendKeys(`#again`, password),
		chromedp.Click(`form[action="/desk/account/password"] button`), chromedp.WaitVisible(`.did`))

	_, err = call(ctx, webauthn.Enable, webauthn.EnableParams{})
	if err == nil {
		_, err = call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
	account()
	do(chromedp.Click(`[data-passkey]`), chromedp.WaitVisible(`form[action="/desk/account/passkeys/remove"]`))
	judge("passkey")
	keys, err := n.db.Passkeys(t.Context(), anna.ID)
	if err != nil || len(keys) != 1 || keys[0].Device != "Chrome, Linux" || !keys[0].Used.IsZero() {
		t.Errorf("the passkeys are %+v, %v", keys, err)
	}

	out()
	judge("sign-in")
	do(chromedp.Click(`[data-passkey]`))
	in()
	if keys, err := n.db.Passkeys(t.Context(), anna.ID); err != nil || keys[0].Used.IsZero() {
		t.Errorf("the passkeys are %+v, %v", keys, err)
	}

	do(chromedp.Navigate(n.server.url+"/desk/account/authenticator"), chromedp.WaitVisible(`.qr`))
	judge("authenticator")
	if ask[float64](t, ctx, `document.querySelector(".qr").naturalWidth`) != 240 {
		t.Error("the QR code is not to be seen")
	}
	secret := strings.ReplaceAll(ask[string](t, ctx, `document.querySelector("main code").textContent`), " ", "")
	code := func(at time.Time) string {
		t.Helper()
		c, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	do(chromedp.SendKeys(`#code`, code(time.Now())), chromedp.Click(`main button`), chromedp.WaitVisible(`#sessions`))
	out()

	typed := func(email, password string) {
		t.Helper()
		do(chromedp.Clear(`#email`), chromedp.SendKeys(`#email`, email), chromedp.SendKeys(`#password`, password), chromedp.Click(`form[action="/desk/sign-in"] button`))
	}
	typed("anna@example.org", "something else")
	do(chromedp.WaitVisible(`#wrong`))
	judge("wrong")
	typed("anna@example.org", password)
	do(chromedp.WaitVisible(`#code`))
	judge("code")
	do(chromedp.SendKeys(`#code`, code(time.Now().Add(30*time.Second))), chromedp.Click(`main button`)) // the one of now was used
	in()

	// The passkey signs in to the site it was made for, and nowhere after it is gone.
	account()
	do(chromedp.Click(`form[action="/desk/account/passkeys/remove"] button`), chromedp.WaitVisible(`.did`))
	out()
	do(chromedp.Click(`[data-passkey]`), chromedp.WaitVisible(`#passkey-failed`))
	if at, err := chromedp.Run(ctx, chromedp.Location()); err != nil || !strings.HasPrefix(at, n.server.url+"/desk/sign-in") {
		t.Errorf("a passkey that was removed leads to %s, %v", at, err)
	}
	found.report(t, "axe")
}
