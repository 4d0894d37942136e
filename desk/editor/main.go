// Command editor bundles the desk's editor, the TypeScript beside it and the
// npm packages that package-lock.json names, into desk/static. What it writes
// is committed, so that nothing else needs Node:
//
//	.ci/prepare                      # installs the packages
//	go run ./desk/editor
//
// A test holds what is committed against the source.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	log.SetFlags(0)
	files, err := bundle("desk/editor", modules())
	if err != nil {
		log.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join("desk/static", name), data, 0o666); err != nil {
			log.Fatal(err)
		}
	}
}

// modules returns where .ci/prepare installs the npm packages.
func modules() string {
	tools := os.Getenv("STET_TEST_TOOLS")
	if tools == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			log.Fatal(err)
		}
		tools = filepath.Join(cache, "stet", "tools")
	}
	return filepath.Join(tools, "editor", "node_modules")
}

// bundle returns the files that the source in a directory becomes: script,
// style and the licences of what is in them.
func bundle(source, modules string) (map[string][]byte, error) {
	source, err := filepath.Abs(source)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     source,
		EntryPoints:       []string{"editor.ts", "editor.css", "pictures.ts"},
		NodePaths:         []string{modules},
		Bundle:            true,
		Outdir:            "out",
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone, // the licences are beside it
		Loader:            map[string]api.Loader{".svg": api.LoaderText},
		Metafile:          true,
	})
	var problems []error
	for _, m := range append(result.Errors, result.Warnings...) {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		problems = append(problems, errors.New(where+m.Text))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	files["editor.licences.txt"], err = licences(result.Metafile, modules)
	return files, err
}

// licences returns the licences of the packages that went into a bundle.
func licences(metafile, modules string) ([]byte, error) {
	all, err := os.ReadDir(modules)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range all {
		if strings.Contains(metafile, "/node_modules/"+d.Name()+"/") {
			names = append(names, d.Name())
		}
	}
	slices.Sort(names)
	var out strings.Builder
	out.WriteString("editor.js holds parts of these packages.\n")
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(modules, name, "LICENSE"))
		if err != nil {
			return nil, fmt.Errorf("the licence of %s: %w", name, err)
		}
		fmt.Fprintf(&out, "\n## %s\n\n%s\n", name, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
	}
	return []byte(out.String()), nil
}
