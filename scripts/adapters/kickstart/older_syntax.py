"""Looks whether a line that the newest kickstart syntax refuses is one of an older syntax, for bridge.py.

Kickstarts as they are in the wild often have such lines. Knowing that one is old, and not wrong, lets a reader see all
of a kickstart at once; the line itself is never honoured.
"""
from pykickstart.errors import KickstartError
from pykickstart.version import makeVersion, stringToVersion

# Newest first: those of distributions that people still have kickstarts of.
OLDER = ("RHEL9", "RHEL8", "F28", "RHEL7")
handlers = {}


def find_older(args, lineno):
    """Name of the newest older syntax that takes a line which the newest does not; None when there is none.

    A line that the newest syntax takes by itself is in conflict with another line, and not old.
    """
    if takes(None, args, lineno):
        return None
    return next((name for name in OLDER if takes(name, args, lineno)), None)


def takes(name, args, lineno):
    if name not in handlers:
        handlers[name] = makeVersion() if name is None else makeVersion(stringToVersion(name))
    handler = handlers[name]
    try:
        handler.dispatcher(args, lineno)
    except KickstartError:
        return False
    except Exception:  # code of old syntaxes fails on odd input in ways of its own
        return False
    finally:
        for command in handler.commands.values():
            if command is not None:
                command.seen = False  # the next line is looked at by itself too
    return True
