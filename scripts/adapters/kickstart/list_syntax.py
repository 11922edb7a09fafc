"""What the newest syntax of pykickstart has, for the test of the support table and for bridge.py --list."""
import pykickstart


def options_of(parser):
    return [action.option_strings for action in parser._actions if action.option_strings]


def list_syntax(handler, parser):
    """@param parser a KickstartParser of the handler, with its sections set up"""
    commands = {}
    for name, command in handler.commands.items():
        removed = any(base.__name__ == "RemovedCommand" for base in type(command).__mro__)
        options = options_of(command.op) if hasattr(command, "op") and not removed else []
        commands[name] = {"removed": removed, "options": options}
    found = {name: options_of(section._getParser()) if hasattr(section, "_getParser") else []
             for name, section in parser._sections.items()}
    return {"version": pykickstart.__version__, "sections": found, "commands": commands}
