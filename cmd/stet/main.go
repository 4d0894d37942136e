// Stet is a news publishing system: one program with which a newsroom writes,
// publishes, corrects and serves its site.
//
// Run stet without arguments for its commands.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// command is one of stet's commands.
type command struct {
	name  string
	args  string // what follows the name in the usage line
	about string // empty for what only stet itself runs
	run   func(ctx context.Context, p *program, args []string) error
}

var commands = []command{
	{"demo", "[--addr HOST:PORT] [--dir DIR] [--theme NAME|FOLDER]", "start a newsroom with sample stories", demo},
	{"init", "--dir DIR --name NAME --langs ru,en,az --tz Asia/Baku [--url https://…]", "set a newsroom up", initialise},
	{"serve", "--dir DIR [--addr HOST:PORT] [--admin HOST:PORT] [--theme NAME|FOLDER]", "serve the site and the API", serve},
	{"import", "--dir DIR --format native FILE…", "bring an archive in", importFiles},
	{"user add", "--dir DIR --email E --name NAME --role reporter|translator|editor|chief-editor|administrator [--langs ru,en] [--sections KEY,…] [--desk en|ru|az] [--tz ZONE]",
		"take somebody into the newsroom and print a link to sign in with", addUser},
	{"user link", "--dir DIR --email E", "print a new link to sign in with", linkUser},
	{"user change", "--dir DIR --email E [--new-email E] [--name NAME] [--role ROLE] [--langs ru,en] [--sections KEY,…] [--desk en|ru|az] [--tz ZONE]",
		"change what somebody is; an empty list takes a limit away", changeUser},
	{"user list", "--dir DIR", "name everybody", listUsers},
	{"user disable", "--dir DIR --email E", "let somebody sign in no more, and sign them out everywhere", disableUser},
	{"user enable", "--dir DIR --email E", "let somebody sign in again", enableUser},
	{"token add", "--dir DIR --name NAME --scopes articles:write,articles:publish", "make an API token and print it", addToken},
	{"access reset", "--dir DIR", "sign everybody out, and end all sign-in links, preview links and API tokens", resetAccess},
	{"breaking", "--dir DIR [--lang CODE --for 2h [--link /ru/…] TEXT | --lang CODE --end]", "print the breaking news, put one line on every page of an edition, or take it away", changeBreaking},
	{"front", "--dir DIR --lang CODE [--section KEY] [--slot N [--story ID [--for 2h]]]", "print what is pinned to a front, pin a story to a slot, or make a slot automatic", changeFront},
	{"settings", "--dir DIR [NAME=VALUE…]", "print the settings of the site, or change them", changeSettings},
	{"backup", "--dir DIR [--pictures DIR|none] OUT", "write a copy of the newsroom to a file, and the files of its pictures beside it", backup},
	{"restore", "--dir DIR [--pictures DIR|none] BACKUP", "make a newsroom from a backup", restore},
	{"pictures copy", "--dir DIR --from DIR | --to DIR", "copy the files of pictures that are missing from a directory to where the newsroom keeps them, or the other way", copyPictures},
	{"resume", "--dir DIR", "let the schedule of a restored newsroom run again", resume},
	{"erase", "--dir DIR --article ID --text N --reason WHY", "take the words of a published text out of the newsroom, for law or privacy", eraseText},
	{"doctor", "--dir DIR [--clean]", "look for damage; remove files that belong to no picture", doctor},
	{"theme list", "", "name the themes that ship with Stet", listThemes},
	{"theme copy", "NAME FOLDER", "write the files of a theme, to begin another from", copyTheme},
	{"theme check", "FOLDER", "check a theme and try it on pages of every kind", checkTheme},
	{"config", "--dir DIR", "print the configuration in force", printConfig},
	{"version", "", "print the version", version},
	{pictureWorker, "", "", makePictures},
}

// program is what a command talks to.
type program struct {
	stdout, stderr io.Writer
	env            func(string) string
}

// errUsage means that the command line is wrong; the usage has been printed.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{os.Stdout, os.Stderr, os.Getenv}
	os.Exit(p.run(ctx, os.Args[1:]))
}

// run executes a command line and returns the exit status: 0 on success, 1 on
// failure with one line on stderr, 2 on wrong usage.
func (p *program) run(ctx context.Context, args []string) int {
	line := strings.Join(args, " ") + " "
	for _, c := range commands {
		if !strings.HasPrefix(line, c.name+" ") {
			continue
		}
		err := c.run(ctx, p, args[len(strings.Fields(c.name)):])
		switch {
		case err == nil:
			return 0
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprintf(p.stdout, "usage: stet %s %s\n\n%s\n", c.name, c.args, c.about)
			return 0
		case errors.Is(err, errUsage):
			if said, ok := strings.CutPrefix(err.Error(), errUsage.Error()+": "); ok {
				fmt.Fprintf(p.stderr, "stet %s: %s\n", c.name, said)
			}
			fmt.Fprintf(p.stderr, "usage: stet %s %s\n", c.name, c.args)
			return 2
		}
		fmt.Fprintf(p.stderr, "stet %s: %v\n", c.name, err)
		return 1
	}
	out, status := p.stderr, 2
	if len(args) > 0 && (args[0] == "help" || args[0] == "-h" || args[0] == "--help") {
		out, status = p.stdout, 0
	}
	fmt.Fprintln(out, "stet is a news publishing system. Its commands:")
	for _, c := range commands {
		if c.about == "" {
			continue
		}
		fmt.Fprintf(out, "\n  stet %s %s\n        %s\n", c.name, c.args, c.about)
	}
	fmt.Fprintln(out, "\nEvery command takes --dir and --db. See doc/operating.md.")
	return status
}
