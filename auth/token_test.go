package auth_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"stet"
	"stet/auth"
	"stet/store"
	"stet/store/storetest"
)

func TestBearer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		token, err := db.AddToken(context.Background(), stet.Operator, "robot", []stet.Scope{stet.ScopeWrite}, storetest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		for header, want := range map[string]string{
			"":                              "nobody",
			"Bearer " + token:               "robot",
			"bearer " + token:               "robot",
			"BEARER   " + token + " ":       "robot",
			token:                           "refused",
			"Bearer":                        "refused",
			"Bearer ":                       "refused",
			"Bearer " + token + "x":         "refused",
			"Bearer " + token + " x":        "refused",
			"Basic " + token:                "refused",
			"Bearer\t" + token:              "refused",
			"Bearer stet_":                  "refused",
			"Bearer ' OR '1'='1":            "refused",
			"Bearer \xff\x00":               "refused",
			"Bearer " + token + "," + token: "refused",
		} {
			r := httptest.NewRequest("GET", "/", nil)
			if header != "" {
				r.Header["Authorization"] = []string{header}
			}
			u, ok, err := auth.Tokens{Gate: db.Gate, Now: func() time.Time { return storetest.Noon }}.User(r)
			got := "nobody"
			switch {
			case stet.Is(err, stet.Unauthorized) && !ok && u.ID == "":
				got = "refused"
			case err != nil:
				t.Errorf("%q: %v", header, err)
			case ok:
				got = u.Name
			}
			if got != want {
				t.Errorf("%q is %s, want %s", header, got, want)
			}
		}
	})
}
