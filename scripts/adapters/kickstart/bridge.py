"""Reads a flattened kickstart with pykickstart and prints what it understood.

Standard input: {"lines": [text, ...]}, UTF-8 JSON. Standard output: JSON.
Exit code 0: ParsedKickstart of schemas/kickstart.schema.json.
Exit code 3: {"line": number or null, "message": text}, the first thing that is wrong.
Exit code 4: {"line": null, "message": text}, pykickstart is not installed.
With --list: the newest syntax's commands, sections and options, for the test of the support table.

The text is read by the newest syntax that pykickstart has, as ksvalidator does; its warnings (deprecated options) do
not fail. A command that only an older syntax takes is told with that syntax, and without options. Nothing is read from
files or the network: an %include that is left over is an error.
"""
import json
import os
import resource
import sys
import textwrap
import types
import warnings

MAX_INPUT = 8 * 1024 * 1024  # flattened kickstarts are held to far less before
CPU_SECONDS = 20
MEMORY = 1024 * 1024 * 1024
# Commands whose arguments may be secrets: their values never reach a message.
SECRETS = ("rootpw", "user", "sshpw", "rdp", "vnc", "bootloader", "part", "partition", "autopart", "logvol", "raid",
           "iscsi", "stratispool", "network", "realm", "url", "repo")


def answer(value, code=0):
    json.dump(value, sys.stdout, ensure_ascii=True)
    sys.stdout.write("\n")
    sys.stdout.flush()
    sys.exit(code)


def refuse_loading(*_args, **_kwargs):
    raise RuntimeError("a kickstart may not load other files here")


# Takes the place of the module through which pykickstart reads files and addresses.
loader = types.ModuleType("pykickstart.load")
loader.load_to_str = loader.load_to_file = refuse_loading

warnings.simplefilter("ignore")
try:
    sys.modules["pykickstart.load"] = loader
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from older_syntax import find_older
    from list_syntax import list_syntax
    from pykickstart import constants, sections
    from pykickstart.errors import KickstartError, KickstartParseError
    from pykickstart.options import ExtendAction, KSOptionParser
    from pykickstart.parser import KickstartParser, PutBackIterator
    from pykickstart.version import makeVersion, versionToString
except ImportError as problem:
    answer({"line": None, "message": "pykickstart cannot be imported: %s" % problem}, 4)


class Given:
    """What was written on the line that is being parsed: argparse itself only tells the values after defaults."""
    parsed = False
    options = {}
    arguments = []

    @classmethod
    def reset(cls, parsed=False):
        cls.parsed, cls.options, cls.arguments = parsed, {}, []


def plain(value):
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def record(action, value):
    if not action.option_strings:
        items = value if isinstance(value, list) else [value]
        Given.arguments.extend(str(item) for item in items if item is not None)
        return
    name = action.option_strings[0]
    if action.nargs == 0:
        Given.options[name] = True
    elif isinstance(action, ExtendAction) and name in Given.options:
        Given.options[name] = Given.options[name] + plain(value)
    elif type(action).__name__ == "_AppendAction":
        Given.options[name] = Given.options.get(name, []) + [str(value)]
    else:
        Given.options[name] = plain(value)


original_values = KSOptionParser._get_values
original_parse = KSOptionParser.parse_known_args


def recording_values(self, action, words):
    """argparse calls this once for each option and positional that it found, whatever the spelling."""
    value = original_values(self, action, words)
    if words or action.option_strings:
        record(action, value)
    return value


def recording_parse(self, *args, **kwargs):
    Given.reset(parsed=True)
    return original_parse(self, *args, **kwargs)


KSOptionParser._get_values = recording_values
KSOptionParser.parse_known_args = recording_parse


class Lines(PutBackIterator):
    """Knows the number of the line that was handed out last, which pykickstart's own sections do not."""
    def __init__(self, lines):
        super().__init__([text + "\n" for text in lines] + [""])
        self.number = 0

    def next(self):
        value = super().next()
        self.number += 1
        return value

    def put(self, s):
        super().put(s)
        self.number -= 1


GROUP_PARTS = {constants.GROUP_REQUIRED: {"mandatoryOnly": True}, constants.GROUP_DEFAULT: {},
               constants.GROUP_ALL: {"optional": True}}


class Packages(sections.PackageSection):
    def handleHeader(self, lineno, args):
        Given.reset()
        super().handleHeader(lineno, args)
        out = self.handler.understood
        if out["packages"] is None:
            out["packages"] = {"line": lineno, "options": [], "entries": []}
        for name, value in Given.options.items():
            out["packages"]["options"].append({"line": lineno, "name": name, "value": value})

    def handleLine(self, line):
        name = line.partition("#")[0].strip()
        excluded = name.startswith("-")
        name = name[1:] if excluded else name
        kind, include = "package", {}
        if name.startswith("@^"):
            kind, name = "environment", name[2:]
        elif name.startswith("@"):
            kind, name = "group", name[1:]
            if not excluded:
                # Reads the group's options. Other entries it would only sort, all of them for each line.
                super().handleLine(line)
                group = self.handler.packages.groupList.pop()
                name, include = group.name, GROUP_PARTS[group.include]
        self.handler.understood["packages"]["entries"].append(
            {"line": self.handler.source.number, "kind": kind, "name": name, "excluded": excluded, **include})


def script_section(base):
    class Recorded(base):
        def handleHeader(self, lineno, args):
            Given.reset()
            super().handleHeader(lineno, args)
            options = {name: value for name, value in Given.options.items() if name != "--interpreter"}
            self.entry = {"line": lineno, "section": self.sectionOpen, "options": options, "body": "",
                          "interpreter": Given.options.get("--interpreter", "/bin/sh")}
            self.handler.understood["scripts"].append(self.entry)

        def handleLine(self, line):
            super().handleLine(line)
            self.entry["body"] += line

    return Recorded


class OtherSection(sections.NullSection):
    def handleHeader(self, lineno, args):
        super().handleHeader(lineno, args)
        self.handler.understood["sections"].append({"line": lineno, "header": args})


class Parser(KickstartParser):
    def setupSections(self):
        super().setupSections()
        self.registerSection(Packages(self.handler))
        for base in (sections.CertificateSection, sections.PreScriptSection, sections.PreInstallScriptSection,
                     sections.PostScriptSection, sections.OnErrorScriptSection, sections.TracebackScriptSection):
            self.registerSection(script_section(base)(self.handler))
        for name in ("%addon", "%anaconda"):
            self.registerSection(OtherSection(self.handler, sectionOpen=name))

    def handleCommand(self, lineno, args):
        Given.reset()
        try:
            super().handleCommand(lineno, args)
            older = {}
        except KickstartError as problem:
            syntax = find_older(args, lineno) if args[0] in self.handler.commands else None
            if syntax is None:
                raise KickstartParseError(without_values(problem.message, args), lineno=lineno)
            older = {"olderSyntax": syntax}
            Given.reset(parsed=True)
        arguments = Given.arguments if Given.parsed else args[1:]
        self.handler.understood["commands"].append(
            {"line": lineno, "name": args[0], "arguments": arguments, "options": Given.options, **older})

    def _handleInclude(self, f):
        raise KickstartParseError("%include must be written without quotes around it", lineno=self.handler.source.number)


def without_values(message, args):
    if args[0] not in SECRETS:
        return message
    values = {word.partition("=")[2] if word.startswith("-") else word for word in args[1:]}
    if any(value and value in message for value in values):
        what = message.partition(":")[0] if message.startswith("argument -") else "an argument"
        return "%s of '%s' is not understood (not shown here, as it may hold a secret)" % (what, args[0])
    return message


def parse(lines):
    handler = makeVersion()
    handler.source = Lines(lines)
    handler.understood = {"syntax": versionToString(handler.version, skipDevel=True), "commands": [], "packages": None,
                          "scripts": [], "sections": []}
    try:
        Parser(handler)._stateMachine(handler.source)
    except KickstartError as problem:
        line = problem.lineno if problem.lineno else handler.source.number
        message = textwrap.shorten(str(problem.message), 300, placeholder=" ...")
        answer({"line": min(line, len(lines)), "message": message or "is not understood"}, 3)
    except Exception as problem:  # pykickstart lets errors of shlex ("No closing quotation") and its own code through
        reason = str(problem) if str(problem).startswith("No ") else type(problem).__name__
        answer({"line": min(handler.source.number, len(lines)), "message": "cannot be parsed: %s" % reason}, 3)
    return handler.understood


def main():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if sys.argv[1:] == ["--list"]:
        handler = makeVersion()
        answer(list_syntax(handler, Parser(handler)))
    answer(parse(json.loads(sys.stdin.buffer.read(MAX_INPUT))["lines"]))


main()
