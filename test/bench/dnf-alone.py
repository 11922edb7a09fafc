"""dnf's own command line, as the program /usr/bin/dnf starts it; Debian packs that program apart from the modules."""
import sys

from dnf.cli.main import user_main

user_main(sys.argv[1:], exit_code=True)
