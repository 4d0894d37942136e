package mail

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
)

// post is an SMTP server that takes one letter without TLS.
func post(t *testing.T) (at string, letter <-chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	came := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return // the test is over
		}
		defer c.Close()
		say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
		say("220 post.example.org")
		in := bufio.NewScanner(c)
		var text strings.Builder
		for data := false; in.Scan(); {
			line := in.Text()
			verb, _, _ := strings.Cut(line, " ")
			switch {
			case data && line == ".":
				data = false
				came <- text.String()
				say("250 taken")
			case data:
				text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
			case verb == "DATA":
				data = true
				say("354 go on")
			case verb == "QUIT":
				say("221 bye")
				return
			case verb == "EHLO":
				say("250-post.example.org\r\n250 8BITMIME")
			case verb == "MAIL" || verb == "RCPT" || verb == "NOOP" || verb == "RSET":
				say("250 fine")
			default:
				say("502 what")
			}
		}
	}()
	return l.Addr().String(), came
}

func TestSend(t *testing.T) {
	at, letter := post(t)
	s, err := New(Options{Server: "smtp://" + at, From: "Вестник <stet@example.org>"})
	if err != nil {
		t.Fatal(err)
	}
	text := "Здравствуйте!\n\nhttps://example.org/desk/sign-in/" + strings.Repeat("x", 43) + "\n.\nend"
	if err := s.Send(context.Background(), "anna@example.org", "Вход в редакцию: пожалуйста, поторопитесь", text); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(<-letter))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Вход в редакцию: пожалуйста, поторопитесь" {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Вестник" || from[0].Address != "stet@example.org" {
		t.Errorf("it is from %v, %v", from, err)
	}
	for name, want := range map[string]string{"To": "<anna@example.org>", "Auto-Submitted": "auto-generated", "X-Mailer": ""} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if id := m.Header.Get("Message-ID"); !strings.HasSuffix(id, "@example.org>") {
		t.Errorf("its id is %s", id)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if got := strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")); err != nil || got != text {
		t.Errorf("it says %q, %v", got, err)
	}
}

// TestSendFails: what goes wrong is said, and nothing goes out in the open that
// should not.
func TestSendFails(t *testing.T) {
	for name, o := range map[string]Options{
		"no TLS from the start":       {Server: "smtps://", From: "stet@example.org"},
		"a password without TLS":      {Server: "smtp://", From: "stet@example.org", User: "u", Password: "p"},
		"a server that is not there":  {Server: "smtp://127.0.0.1:1", From: "stet@example.org"},
		"an address that is no one's": {Server: "smtp://", From: "stet@example.org"},
	} {
		if strings.HasSuffix(o.Server, "//") {
			at, _ := post(t)
			o.Server += at
		}
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		to := "anna@example.org"
		if strings.HasPrefix(name, "an address") {
			to = "anna@example.org\r\nBcc: everybody@example.org"
		}
		if err := s.Send(context.Background(), to, "Hello", "Hello"); err == nil {
			t.Errorf("%s: it was sent", name)
		}
	}
}

func TestOptions(t *testing.T) {
	for server, ok := range map[string]bool{
		"smtp://mail.example.org": true, "smtp://mail.example.org:587": true, "smtps://mail.example.org": true, "smtp://[::1]:25": true,
		"mail.example.org": false, "mail.example.org:587": false, "http://mail.example.org": false, "smtp://": false,
		"smtp://user:secret@mail.example.org": false, "smtp://mail.example.org/x": false, "smtp://mail.example.org:x": false, "smtp://mail.example.org:99999": false,
	} {
		if _, err := New(Options{Server: server, From: "a@example.org"}); (err == nil) != ok {
			t.Errorf("%s: %v", server, err)
		}
	}
	for from, ok := range map[string]bool{"a@example.org": true, "A <a@example.org>": true, "": false, "a": false} {
		if _, err := New(Options{Server: "smtp://localhost", From: from}); (err == nil) != ok {
			t.Errorf("from %q: %v", from, err)
		}
	}
	if _, err := New(Options{Server: "smtp://localhost", From: "a@example.org", Password: "p"}); err == nil {
		t.Error("a password without a user is taken")
	}
	for host, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "mail.example.org": false, "10.0.0.1": false} {
		if local(host) != want {
			t.Errorf("%s is local: %v", host, !want)
		}
	}
}
