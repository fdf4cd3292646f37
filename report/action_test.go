package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// actionFile is the composite action, as far as it concerns us.
type actionFile struct {
	Inputs map[string]struct{ Description, Default string }
	Runs   struct {
		Using string
		Steps []struct {
			Name, ID, Shell, Run, Uses string
			Env                        map[string]string
		}
	}
}

func readAction(t *testing.T) actionFile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a actionFile
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestActionScripts holds that no script has an expression pasted into it, and that a script is given every input.
func TestActionScripts(t *testing.T) {
	a := readAction(t)
	text, err := os.ReadFile(filepath.Join("..", "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if a.Runs.Using != "composite" || len(a.Runs.Steps) != 4 {
		t.Fatalf("%+v", a.Runs)
	}
	for _, step := range a.Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%s: an expression stands in its script, where what it holds becomes code", step.Name)
		}
		if step.Run != "" && step.Shell != "bash" {
			t.Errorf("%s: the shell is %q", step.Name, step.Shell)
		}
	}
	for name, input := range a.Inputs {
		if input.Description == "" || !strings.Contains(string(text), "${{ inputs."+name+" }}") {
			t.Errorf("input %s is used nowhere, or not described", name)
		}
	}
	for _, used := range regexp.MustCompile(`inputs\.([a-z-]+)`).FindAllStringSubmatch(string(text), -1) {
		if _, ok := a.Inputs[used[1]]; !ok {
			t.Errorf("there is no input %s", used[1])
		}
	}
}

// TestActionRuns runs the action's script with inputs that want to be code, and a program in flvstorm's place.
func TestActionRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script stands in flvstorm's place")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	a := readAction(t)
	script := a.Runs.Steps[2]
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "flvstorm-bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	told := filepath.Join(dir, "told")
	fake := "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done > '" + told + "'\nexit 3\n"
	if err := os.WriteFile(filepath.Join(dir, "flvstorm-bin", "flvstorm"), []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	evil := `"; touch "` + filepath.Join(dir, "owned") + `"; $(touch owned) ` + "`touch owned` --profile=x"
	inputs := map[string]string{
		"COMMAND": "smoke", "EXEC": evil, "PROFILE": "-x", "JUNIT": "j.xml", "ARGS": "--only=return-fin\n\n--header=K: " + evil + "\n",
	}
	status, output := runAction(t, bash, script.Run, dir, script.Env, inputs)
	if status != 3 || output != "status=3\n" {
		t.Errorf("status %d, output %q", status, output)
	}
	got, err := os.ReadFile(told)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"smoke", "--exec=" + evil, "--profile=-x", "--junit=j.xml", "--only=return-fin", "--header=K: " + evil}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(string(got), "\n"), "\n")); diff != "" {
		t.Error(diff)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "owned")); len(found) > 0 {
		t.Error("an input was run as code")
	}
	inputs["COMMAND"] = "smoke; touch owned"
	if status, output := runAction(t, bash, script.Run, dir, script.Env, inputs); status != 2 || output != "" {
		t.Errorf("a command of its own: status %d, output %q", status, output)
	}
}

// runAction runs a script of the action in dir, as GitHub's runner does, and returns its status and outputs.
func runAction(t *testing.T, bash, script, dir string, names, inputs map[string]string) (int, string) {
	t.Helper()
	file, output := filepath.Join(dir, "script.sh"), filepath.Join(dir, "output")
	if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(output, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bash, "--noprofile", "--norc", "-e", "-o", "pipefail", file)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "RUNNER_TEMP=" + dir, "GITHUB_OUTPUT=" + output}
	for name := range names {
		cmd.Env = append(cmd.Env, name+"="+inputs[name])
	}
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if len(out) > 0 && cmd.ProcessState.ExitCode() != 2 {
		t.Logf("%s", out)
	}
	text, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}
