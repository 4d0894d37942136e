package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"stet"
	"stet/auth"
	"stet/store"
)

// addUser takes somebody into the newsroom and prints the link by which they
// sign in for the first time.
func addUser(ctx context.Context, p *program, args []string) error {
	var email, name, role, langs, sections, desk, zone string
	c, set, err := p.settings("user add", args, func(set *flag.FlagSet) {
		set.StringVar(&email, "email", "", "")
		set.StringVar(&name, "name", "", "")
		set.StringVar(&role, "role", "", "")
		set.StringVar(&langs, "langs", "", "")
		set.StringVar(&sections, "sections", "", "")
		set.StringVar(&desk, "desk", "", "")
		set.StringVar(&zone, "tz", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || email == "" || name == "" || role == "" {
		return errUsage
	}
	person := stet.Person{Email: email, Name: name, Sections: words(sections), Desk: stet.Lang(desk), Zone: zone}
	if person.Role, err = stet.ParseRole(role); err != nil {
		return err
	}
	for _, l := range words(langs) {
		person.Langs = append(person.Langs, stet.Lang(l))
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	added, err := db.AddPerson(ctx, stet.Operator, person, time.Now())
	if err != nil {
		return err
	}
	return p.printLink(ctx, c, db, added)
}

// words are the parts of a list with commas.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

func linkUser(ctx context.Context, p *program, args []string) error {
	var email string
	c, set, err := p.settings("user link", args, func(set *flag.FlagSet) {
		set.StringVar(&email, "email", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || email == "" {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	person, err := db.PersonByEmail(ctx, email)
	if stet.Is(err, stet.NotFound) {
		return fmt.Errorf("nobody has the address %s; stet user list names everybody", email)
	}
	if err != nil {
		return err
	}
	if !person.Disabled.IsZero() {
		return fmt.Errorf("%s may not sign in since %s; stet user enable --email %s lets them in again",
			person.Email, person.Disabled.Format(time.DateOnly), person.Email)
	}
	return p.printLink(ctx, c, db, person)
}

// printLink prints a new one-time link, alone on stdout.
func (p *program) printLink(ctx context.Context, c *config, db *store.DB, person *stet.Person) error {
	link, err := signInLink(ctx, db, c.address(c.Addr), person.ID, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "%s signs in with this link, once, within %d minutes:\n", person.Email, int(auth.LinkLasts.Minutes()))
	_, err = fmt.Fprintln(p.stdout, link)
	return err
}

func signInLink(ctx context.Context, db *store.DB, address, person string, now time.Time) (string, error) {
	token, err := db.AddLink(ctx, person, store.FromOperator, now, now.Add(auth.LinkLasts))
	return address + "/desk/sign-in/" + token, err
}

func listUsers(ctx context.Context, p *program, args []string) error {
	_, db, _, err := p.opened(ctx, "user list", args, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	people, err := db.People(ctx)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, x := range people {
		state := ""
		if !x.Disabled.IsZero() {
			state = "disabled since " + x.Disabled.Format(time.DateOnly)
		}
		var limits []string
		for _, l := range x.Langs {
			limits = append(limits, string(l))
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", x.Email, x.Name, x.Role, strings.Join(append(limits, x.Sections...), ","), state)
	}
	return out.Flush()
}

// disableUser and enableUser take the right to sign in and give it back.
func disableUser(ctx context.Context, p *program, args []string) error {
	return p.changeUser(ctx, "user disable", args, func(x *stet.Person) { x.Disabled = time.Now() })
}

func enableUser(ctx context.Context, p *program, args []string) error {
	return p.changeUser(ctx, "user enable", args, func(x *stet.Person) { x.Disabled = time.Time{} })
}

func (p *program) changeUser(ctx context.Context, name string, args []string, change func(*stet.Person)) error {
	var email string
	c, set, err := p.settings(name, args, func(set *flag.FlagSet) {
		set.StringVar(&email, "email", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || email == "" {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	person, err := db.PersonByEmail(ctx, email)
	if stet.Is(err, stet.NotFound) {
		return fmt.Errorf("nobody has the address %s; stet user list names everybody", email)
	}
	if err != nil {
		return err
	}
	return db.UpdatePerson(ctx, person.ID, func(x *stet.Person) error {
		change(x)
		return nil
	})
}
