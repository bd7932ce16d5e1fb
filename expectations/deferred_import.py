"""Puts off the import of a module that a library names at its head and hardly ever uses."""

import importlib.util
import sys


def defer(package: str, module: str) -> None:
    """Let `from <package> import <module>` succeed at once, and load the module when something of it is first used.

    The standard library's own way (importlib.util.LazyLoader), which `import <package>.<module>` would undo: Python
    asks a module that it finds loaded for its spec, and asking is using. A module that is there is left as it is.
    """
    name = f"{package}.{module}"
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    lazy = importlib.util.module_from_spec(spec)
    sys.modules[name] = lazy
    spec.loader.exec_module(lazy)
    setattr(sys.modules[package], module, lazy)
