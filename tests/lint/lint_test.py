#!/usr/bin/env python3
"""Each check passes on a clean tree and fails on a tree with one breach, naming it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
CLEAN_HEADER = ("#pragma once\n\nnamespace kua::base {\n\nint twice(int value);\n\n"
                "}  // namespace kua::base\n")
CLEAN_SOURCE = ('#include "vault/base/twice.h"\n\nnamespace kua::base {\n\n'
                "int twice(int value) {\n    return 2 * value;\n}\n\n}  // namespace kua::base\n")


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kua-lint.")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("vault/base/twice.h", CLEAN_HEADER)
        self.write("vault/base/twice.cpp", CLEAN_SOURCE)
        for name in (".clang-format", ".clang-tidy"):
            shutil.copy(REPOSITORY / name, self.root / name)

    def write(self, path, text, mode=0o644):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")
        (self.root / path).chmod(mode)

    def run_check(self, name, *arguments):
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.root / "cache")}
        return subprocess.run(
            [sys.executable, "-B", str(HERE / f"check_{name}.py"), str(self.root), *arguments],
            capture_output=True, text=True, check=False, env=environment)

    def passes(self, check, *arguments):
        done = self.run_check(check, *arguments)
        if done.returncode == 77:
            self.skipTest(done.stdout.strip())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def fails(self, check, naming, *arguments):
        done = self.run_check(check, *arguments)
        if done.returncode == 77:
            self.skipTest(done.stdout.strip())
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(naming, done.stdout + done.stderr)


class Layers(LintTest):
    def test_a_clean_tree_passes(self):
        self.passes("layers")

    def test_what_has_no_place_at_the_top_level_fails(self):
        self.write("perf.data", "left behind\n")
        self.fails("layers", "perf.data:1: has no place at the top level")

    def test_an_include_up_the_layers_fails(self):
        self.write("vault/base/a.cpp", '#include "vault/store/header.h"\n')
        self.fails("layers", "vault/base/a.cpp:1: vault/base may not include")

    def test_a_library_outside_its_home_fails(self):
        self.write("vault/format/a.cpp", "#include <sodium.h>\n")
        self.fails("layers", "vault/format/a.cpp:1: <sodium.h> belongs in")

    def test_the_command_line_sees_the_public_headers_only(self):
        self.write("cli/a.cpp", '#include "vault/base/twice.h"\n')
        self.fails("layers", "cli sees include/kua only")


class Sizes(LintTest):
    def function(self, lines, head="void grow()"):
        return f"namespace kua {{\n{head} {{\n" + "    step();\n" * (lines - 2) + "}\n}\n"

    def test_a_clean_tree_passes(self):
        self.write("vault/base/a.cpp", self.function(70))
        self.passes("sizes")

    def test_a_long_file_fails(self):
        self.write("vault/base/a.cpp", "// line\n" * 501)
        self.fails("sizes", "501 lines, more than 500")

    def test_a_long_line_fails_by_columns_not_bytes(self):
        self.write("vault/base/a.cpp", "// " + "é" * 97 + "\n")
        self.passes("sizes")
        self.write("vault/base/a.cpp", "// " + "é" * 98 + "\n")
        self.fails("sizes", "vault/base/a.cpp:1: 101 columns")

    def test_a_long_function_fails_wherever_it_stands(self):
        heads = ("void grow()",
                 "template <class T>\nrequires Small<T>\nvoid grow(T value) noexcept",
                 "Foo::Foo() : a_{1}, b_{2}", "struct Foo { Foo()", 'TEST_CASE("grows")',
                 'extern "C" int grow(const char* s = "{")')
        for head in heads:
            with self.subTest(head=head):
                self.write("vault/base/a.cpp", self.function(71, head))
                self.fails("sizes", "more than 70")

    def test_many_short_functions_pass(self):
        self.write("vault/base/a.cpp", "namespace kua {\nstruct Foo {\n" +
                   "int f() {\n    return 1;\n}\n" * 50 + "};\n}\n")
        self.passes("sizes")

    def test_half_of_the_files_being_long_fails(self):
        for name in ("a.cpp", "b.cpp", "c.cpp"):
            self.write(f"vault/base/{name}", "// line\n" * 200)
        self.fails("sizes", "half of the files")


class Banned(LintTest):
    def test_a_clean_tree_passes(self):
        self.write("vault/store/a.cpp", 'Foo(Foo&&) = delete;  // memcmp() and "new"\n'
                   'auto s = "system(1) \\" new"; auto n = 1\'000; auto r = R"(delete p)";\n'
                   "transaction.abort(); auto t = item.time(); catalog.free(); renew();\n"
                   "base::rand();\n"
                   "} catch (...) {\n    failure = std::current_exception();\n}\n")
        self.passes("banned")

    def test_each_banned_call_fails(self):
        calls = ("if (memcmp(a, b, 4) == 0)", "std::memset(a, 0, 4);", "int x = rand();",
                 "std::mt19937 random;", "auto now = std::chrono::system_clock::now();",
                 "auto now = time(nullptr);", "sleep(1);", "std::ifstream file;",
                 "std::filesystem::remove(path);", "auto j = nlohmann::json::parse(text);",
                 "int n = std::stoi(text);", "std::regex pattern;", "isalpha(c);",
                 "std::cout << 1;",
                 'printf("x");', 'getenv("HOME");', "exit(1);", "assert(x);", 'system("ls");',
                 "auto* p = new Foo;", "delete p;", "void* p = malloc(3);",
                 "reinterpret_cast<char*>(p);", "using namespace std;", "#ifdef KUA_TESTING",
                 "#if 0", "thread.detach();", "// TO" "DO later", "} catch (...) {\n}",
                 'auto p = "/home' '/rosa/vault";')
        for call in calls:
            with self.subTest(call=call):
                self.write("vault/store/a.cpp", f"int y;\n{call}\n")
                self.fails("banned", "vault/store/a.cpp:2: ")

    def test_a_test_switched_off_fails(self):
        for line in ('// TEST_CASE("x") {', 'TEST_CASE("x", "[.slow]") {'):
            with self.subTest(line=line):
                self.write("tests/unit/base/a_test.cpp", f"{line}\n")
                self.fails("banned", "test switched off")

    def test_a_name_that_says_nothing_fails(self):
        self.write("vault/base/string_utils.h", "\n")
        self.fails("banned", "vault/base/string_utils.h:1: name")

    def test_unfinished_work_in_a_script_fails(self):
        self.write("scripts/a", "#!/usr/bin/env bash\n# FIX" "ME\n", 0o755)
        self.fails("banned", "scripts/a:2: later")


class Format(LintTest):
    def test_a_clean_tree_passes(self):
        self.passes("format")

    def test_a_badly_indented_file_fails(self):
        self.write("vault/base/a.cpp", "int  twice( int value );\n")
        self.fails("format", "vault/base/a.cpp:1")


class Scripts(LintTest):
    def test_a_clean_tree_passes(self):
        self.write("scripts/a", '#!/usr/bin/env bash\necho "$1"\n', 0o755)
        self.passes("scripts")

    def test_a_finding_of_shellcheck_fails(self):
        self.write("scripts/a", "#!/usr/bin/env bash\necho $1\n", 0o755)
        self.fails("scripts", "SC2086")

    def test_a_script_that_is_not_executable_fails(self):
        self.write("scripts/a", '#!/usr/bin/env bash\necho "$1"\n')
        self.fails("scripts", "not executable")


class Tidy(LintTest):
    def build(self, source):
        self.write("vault/base/a.cpp", source)
        (self.root / "vault/base/twice.cpp").unlink(missing_ok=True)  # the only one to be built
        self.write("build/compile_commands.json", json.dumps([{
            "directory": str(self.root / "build"), "output": "a.o",
            "file": str(self.root / "vault/base/a.cpp"),
            "command": f"c++ -std=c++20 -Wlogical-op -c {self.root}/vault/base/a.cpp -o a.o"}]))
        return str(self.root / "build")

    def test_a_clean_tree_passes(self):
        self.passes("tidy", self.build("int twice(int value);\n"))

    def test_a_name_of_another_style_fails(self):
        self.fails("tidy", "readability-identifier-naming", self.build("int TwiceAs(int value);\n"))

    def test_a_bug_fails(self):
        self.fails("tidy", "bugprone-sizeof-expression",
                   self.build("unsigned long f() { return sizeof(sizeof(int)); }\n"))

    @unittest.skipUnless(shutil.which("ninja"), "no ninja")
    def test_what_was_clean_is_looked_at_again_only_after_a_change(self):
        build = pathlib.Path(self.build('#include "vault/base/b.h"\n'))
        self.write("vault/base/b.h", "#pragma once\nint twice(int value);\n")
        source = self.root / "vault/base/a.cpp"
        command = f"c++ -std=c++20 -I{self.root} -MMD -MF a.d -c {source} -o a.o"
        entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
        entries[0]["command"] = command
        del entries[0]["output"]  # as CMake leaves it out
        (build / "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
        (build / "build.ninja").write_text(
            f"rule cc\n  command = {command}\n  depfile = a.d\n  deps = gcc\n"
            f"build a.o: cc {source}\n", encoding="utf-8")
        subprocess.run(["ninja", "-C", str(build)], check=True, capture_output=True)
        for known in (0, 1):
            self.assertIn(f"{known} known to be clean", self.run_check("tidy", str(build)).stdout)
        self.write("vault/base/b.h", "#pragma once\nint Twice(int value);\n")
        self.fails("tidy", "readability-identifier-naming", str(build))

    def test_files_that_are_compiled_as_one_are_looked_at(self):
        self.write("vault/base/a.cpp", "int twice(int value);\n")
        self.write("vault/base/b.cpp", "int ThriceAs(int value);\n")
        unity = "build/vault/base.dir/Unity/unity_0_cxx.cxx"
        self.write(unity, "".join(f'#include "{self.root}/vault/base/{name}.cpp"\n'
                                  for name in "ab"))
        self.write("build/compile_commands.json", json.dumps([{
            "directory": str(self.root / "build"), "file": str(self.root / unity),
            "command": f"c++ -std=c++20 -Winvalid-pch -include {self.root}/build/pch.hxx"
                       f" -o u.o -c {self.root}/{unity}"}]))
        self.fails("tidy", "readability-identifier-naming", str(self.root / "build"))

    def test_a_file_that_the_build_does_not_name_fails(self):
        build = self.build("int twice(int value);\n")
        self.write("cli/b.cpp", "int thrice(int value);\n")
        self.fails("tidy", "cli/b.cpp: the build doesn't say how it is compiled", build)

    def test_code_that_does_not_compile_fails(self):
        self.fails("tidy", "error", self.build("int twice(\n"))


if __name__ == "__main__":
    unittest.main(verbosity=1)
