"""Asks dnf's own solver what a request needs, down to the last dependency, in private state; the machine's is not touched.

Standard input: JSON, a Question of question.ts. Standard output: JSON.
Exit code 0: {"packages": [{"name", "epoch", "version", "release", "architecture", "size", "checksumType", "checksum",
"repository", "path", "base", "source"}, ...]}; or, asked for the mirrors of repositories, {"mirrors": {id: [address, ...]}}; or, asked
for a kind of metadata, {"files": {id: path, or null where the repository has none}}.
Exit code 3: {"code": of errors.ts, "message": text, "detail": text or null}.
Lines on standard error that begin with "note " tell what is going on.

Runs with /usr/bin/python3 and its dnf, of Debian or of a builder image; reads no configuration of the machine.
"""
import json
import logging
import os
import re
import resource
import sys

MAX_INPUT = 4 * 1024 * 1024
MEMORY = 6 * 1024 * 1024 * 1024  # of metadata that unpacks to more, nothing is read
TYPES = ("mandatory", "default", "conditional")


def answer(value, code=0):
    json.dump(value, sys.stdout, ensure_ascii=True)
    sys.stdout.write("\n")
    sys.stdout.flush()
    os._exit(code)  # the destructors of libdnf may wait for what is not needed any more


def fail(code, message, detail=None):
    answer({"code": code, "message": message, "detail": detail}, 3)


def note(text):
    sys.stderr.write("note %s\n" % text)
    sys.stderr.flush()


try:
    import dnf
    import dnf.exceptions
    import dnf.subject
except ImportError as problem:
    fail("missing-tool", "dnf's Python modules cannot be imported (%s): run 'aperiodic setup'" % problem)


class Told(logging.Handler):
    """What dnf logs: why a download failed is only told there."""
    lines = []

    def emit(self, record):
        if len(self.lines) < 100:
            self.lines.append(record.getMessage().strip())


def open_base(question):
    logger = logging.getLogger("dnf")
    logger.addHandler(Told(logging.WARNING))
    logger.propagate = False
    state = question["state"]
    base = dnf.Base()
    conf = base.conf
    for name in ("installroot", "cachedir", "persistdir", "logdir"):
        folder = os.path.join(state, name)
        os.makedirs(folder, exist_ok=True)
        setattr(conf, name, folder)
    conf.reposdir, conf.varsdir, conf.pluginpath = [], [], []
    conf.plugins = False
    conf.config_file_path = ""
    conf.substitutions["arch"] = question["architecture"]
    conf.substitutions["basearch"] = question["architecture"]
    conf.substitutions["releasever"] = ""
    conf.ignorearch = True
    conf.best = True
    conf.strict = True
    conf.gpgcheck = True
    conf.install_weak_deps = question["request"]["weakDependencies"] if "request" in question else False
    conf.protected_packages = []
    conf.skip_if_unavailable = False
    conf.metadata_expire = 0
    conf.retries = 3
    conf.timeout = 60
    conf.zchunk = False
    conf.user_agent = "aperiodic"
    if "certificates" in question:
        conf.sslcacert = question["certificates"]
    for source in question["sources"]:
        address = {source["kind"]: [source["uri"]] if source["kind"] == "baseurl" else source["uri"]}
        repo = base.repos.add_new_repo(source["repository"], conf, **address)
        repo.gpgkey = ["file://" + source["keyring"]]
        repo.gpgcheck = True
        repo.repo_gpgcheck = source["signedMetadata"]
        repo.skip_if_unavailable = False
        repo.metadata_expire = 0
        repo.cost = source["cost"]
        repo.includepkgs = source["includePackages"]
        repo.excludepkgs = source["excludePackages"]
        repo._repo.expire()  # as dnf --refresh; by its age alone it would count as new for a second
    return base


SIGNATURE = re.compile(r"GPG|signature|signing key", re.I)
DAMAGED = re.compile(r"checksum doesn't match|pars(?:e|er|ing) error|[Dd]amaged|truncated|[Pp]remature|not well-formed")


def fail_repository(question, problem):
    text = "\n".join([str(problem), *Told.lines])
    named = [source["repository"] for source in question["sources"] if "'%s'" % source["repository"] in text]
    which = "repository '%s'" % named[0] if named else "a repository"
    if SIGNATURE.search(text):
        fail("invalid", "the metadata of %s is not signed by its keyring, so nothing of it is used: "
             "check its address and keyring" % which, text)
    if DAMAGED.search(text):
        fail("digest-mismatch", "the metadata of %s is damaged or cut short: try again, or use another address" % which, text)
    fail("unreachable", "the metadata of %s could not be read" % which, text)


def fill(base, question):
    note("refreshing metadata")
    try:
        base.fill_sack(load_system_repo=False)
        base.read_comps(arch_filter=True)
    except (dnf.exceptions.RepoError, dnf.exceptions.CompsError) as problem:
        fail_repository(question, problem)


def exclude(base, specs):
    """As a kickstart's -name: it is not installed, whatever asks for it. One that matches nothing holds already."""
    for spec in specs:
        query = dnf.subject.Subject(spec).get_best_query(base.sack, with_provides=False, with_filenames=False)
        base.sack.add_excludes(query)


def types_of(group):
    if group.get("mandatoryOnly"):
        return ("mandatory",)
    return TYPES + ("optional",) if group.get("optional") else TYPES


def find(kind, name, lookup, known):
    """By id, else by name; patterns are not for names that decide what is on an image."""
    found = [one for one in known if one.id == name] or [one for one in known if name in (one.name, one.ui_name)]
    if not found:
        lookup.append("%s '%s'" % (kind, name))
    return found[:1]


def install_groups(base, request, missing):
    excluded = list(request["excluded"])
    comps = base.comps
    no_groups = [one.id for name in request.get("excludedGroups", [])
                 for one in comps.groups if name in (one.id, one.name, one.ui_name)]
    if "environment" in request:
        for one in find("environment", request["environment"], missing, list(comps.environments)):
            base.environment_install(one.id, TYPES, exclude=set(excluded), strict=True, exclude_groups=no_groups)
    wanted = list(request.get("groups", []))
    if request["core"]:
        wanted.insert(0, {"name": "core"})
    for group in wanted:
        for one in find("group", group["name"], missing, list(comps.groups)):
            if one.id not in no_groups:
                base.group_install(one.id, types_of(group), exclude=excluded, strict=True)


def install_packages(base, request, missing):
    for spec in request["packages"]:
        try:
            base.install(spec, strict=True)
        except dnf.exceptions.MarkingError:
            missing.append("package %s" % spec)


def solve(question):
    base = open_base(question)
    fill(base, question)
    request = question["request"]
    note("asking dnf")
    exclude(base, request["excluded"])
    missing = []
    try:
        install_groups(base, request, missing)
        install_packages(base, request, missing)
        if missing:
            hint = ", or write --nocore" if "group 'core'" in missing else ""
            fail("not-found", "no repository of the stream has the %s: check the name%s" % (", the ".join(missing), hint))
        base.resolve()
    except dnf.exceptions.DepsolveError as problem:
        fail("unsolvable", "dnf found no set of packages that satisfies the kickstart", str(problem).strip())
    answer({"packages": [describe(one) for one in (base.transaction.install_set if base.transaction else [])]})


def describe(package):
    kind, checksum = package.returnIdSum()
    return {"name": package.name, "epoch": package.epoch, "version": package.version, "release": package.release,
            "architecture": package.arch, "size": package.downloadsize, "checksumType": kind, "checksum": checksum,
            "repository": package.reponame, "path": package.location, "base": package.baseurl,
            "source": package.sourcerpm}


def list_mirrors(question):
    base = open_base(question)
    mirrors = {}
    try:
        for repo in base.repos.all():
            repo.load()
            mirrors[repo.id] = list(repo._repo.getMirrors())
    except dnf.exceptions.RepoError as problem:
        fail_repository(question, problem)
    answer({"mirrors": mirrors})


def find_metadata(question):
    """Files as they were downloaded, their checksums compared with the index's."""
    base = open_base(question)
    files = {}
    try:
        for repo in base.repos.all():
            repo.load()
            files[repo.id] = repo._repo.getMetadataPath(question["metadata"]) or None
    except dnf.exceptions.RepoError as problem:
        fail_repository(question, problem)
    answer({"files": files})


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.umask(0o022)
    question = json.loads(sys.stdin.buffer.read(MAX_INPUT))
    if "request" in question:
        solve(question)
    if "metadata" in question:
        find_metadata(question)
    list_mirrors(question)


try:
    main()
except MemoryError:
    fail("invalid", "the metadata of a repository does not fit into %d GiB of memory" % (MEMORY >> 30))
except dnf.exceptions.Error as problem:
    fail("internal", "dnf failed: %s" % problem)
